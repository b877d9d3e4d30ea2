import { describe, expect, test } from 'vitest'
import { Experiment } from '../../../../../src/coordinator/limits/learning/evidence/experiment.js'
import { QuietTime } from '../../../../../src/coordinator/limits/learning/evidence/quiet-time.js'
import { outcomeOf } from '../../../../support/simulation/call-outcome.js'

describe('an experiment', () => {
  test('has helped when nothing is refused any more', () => {
    const experiment = new Experiment(0.5, 0, 0)
    const shown = Array.from({ length: 20 }, (_, at) => experiment.observe(1_000 + at, false))
    expect(shown.find(result => result !== undefined)).toBe('helped')
  })

  test('has not helped before as much time has passed as was quiet before: the service may close again', () => {
    const open = () => {
      const experiment = new Experiment(0.5, 0, 0, 4_000)
      for (let atMs = 300; atMs < 4_000; atMs += 100) expect(experiment.observe(atMs, false)).toBeUndefined()
      return experiment
    }
    expect(open().isLikely).toBe(true)
    expect(open().observe(4_000, false)).toBe('helped')
    const closed = open()
    const shown = Array.from({ length: 10 }, (_, at) => closed.observe(3_990 + at, true))
    expect(shown.at(-1)).toBe('in vain')
  })
})

describe('the quiet time', () => {
  test('is the longest between two refusals since something was done', () => {
    const quiet = new QuietTime()
    for (const atMs of [0, 1_000, 3_000]) quiet.observe(outcomeOf(atMs, false))
    expect(quiet.longestMs).toBe(0)
    for (const atMs of [4_000, 4_010, 4_500]) quiet.observe(outcomeOf(atMs, true))
    expect(quiet.longestMs).toBe(4_000)
    quiet.restart(5_000)
    quiet.observe(outcomeOf(5_300, true))
    expect(quiet.longestMs).toBe(300)
  })
})
