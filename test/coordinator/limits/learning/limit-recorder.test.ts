import { expect, test } from 'vitest'
import type { Lane } from '../../../../src/coordinator/limits/lane.js'
import type { LaneState } from '../../../../src/coordinator/limits/lane-limits.js'
import { LimitRecorder } from '../../../../src/coordinator/limits/learning/limit-recorder.js'

test('what a lane learns is told: the first limit, changes worth a line, and the end of a limit', () => {
  let concurrency = Number.POSITIVE_INFINITY
  const lane = {
    name: 'lines',
    get state() {
      return { concurrency } as LaneState
    },
  } as Lane
  const recorder = new LimitRecorder([lane])
  const told = (now: number, nowMs: number) => {
    concurrency = now
    return recorder.take(nowMs, 'now').map(event => event.concurrency)
  }
  expect(told(Number.POSITIVE_INFINITY, 0)).toEqual([])
  expect(told(12, 5_000)).toEqual([12])
  expect(told(12, 10_000)).toEqual([])
  expect(told(14, 15_000)).toEqual([14])
  expect(told(Number.POSITIVE_INFINITY, 20_000)).toEqual([undefined])
})
