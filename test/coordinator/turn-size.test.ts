import { describe, expect, test } from 'vitest'
import { TurnSize } from '../../src/coordinator/turn-size.js'
import type { JobSettled } from '../../src/model/job.js'

const settled = (durationMs: number): JobSettled => ({
  type: 'job.settled',
  job: 0,
  attempt: 1,
  durationMs,
  outcome: { state: 'succeeded', artifacts: [] },
})

/** After turns of so many messages each, of jobs of so many milliseconds. */
function sizeAfter(jobMs: number, turnMs: number, messages: number): number {
  const size = new TurnSize()
  for (let turn = 0; turn < 100; turn++) size.note(Array(messages).fill(settled(jobMs)), turnMs)
  return size.count
}

describe('the size of a turn', () => {
  test('the first jobs start before all places are filled', () => {
    expect(new TurnSize().count).toBe(256)
  })

  test.each([
    // Results of 500 ms jobs, 0.04 ms each: 10 ms of a turn.
    { jobMs: 500, turnMs: 40, messages: 1_000, count: 250 },
    { jobMs: 200, turnMs: 40, messages: 1_000, count: 100 },
    // Never so small that appends and dispatches cost more than decisions.
    { jobMs: 50, turnMs: 40, messages: 1_000, count: 64 },
    // A minute: a full turn is short beside it.
    { jobMs: 60_000, turnMs: 40, messages: 1_000, count: 1_024 },
  ])('jobs of $jobMs ms: $count messages', ({ jobMs, turnMs, messages, count }) => {
    expect(sizeAfter(jobMs, turnMs, messages)).toBe(count)
  })

  test('jobs that take no time, or less than a full turn, come in full turns', () => {
    expect(sizeAfter(0, 40, 1_000)).toBe(1_024)
    expect(sizeAfter(20, 40, 1_000)).toBe(1_024)
  })

  test('a clock that stands still cuts nothing', () => {
    expect(sizeAfter(500, 0, 10)).toBe(1_024)
  })

  test('one slow turn, or one long job, changes little', () => {
    const size = new TurnSize()
    for (let turn = 0; turn < 100; turn++) size.note(Array(100).fill(settled(200)), 4)
    size.note([settled(200)], 0.4)
    expect(size.count).toBeGreaterThan(45)
    expect(size.count).toBeLessThanOrEqual(100)
  })
})
