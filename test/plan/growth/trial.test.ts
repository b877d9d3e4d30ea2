import { describe, expect, test } from 'vitest'
import type { UntilLoop } from '../../../src/plan/growth/list-growth.js'
import { candidatesToTry } from '../../../src/plan/growth/until/candidates-to-try.js'
import { Trial } from '../../../src/plan/growth/until/trial.js'
import { seededRandom } from '../../support/seeded.js'

interface Case {
  readonly wanted: number
  readonly share: number
  readonly places: number
  readonly attempts?: number
  /** How much longer an accepted element takes. */
  readonly slowness?: number
}

const SEEDS = 20

/** Tries elements on a virtual clock, so many at once, until the list is done. */
function tryAll({ wanted, share, places, attempts = 1_000_000, slowness = 1 }: Case, seed: string) {
  const random = seededRandom(seed)
  const loop = { until: { attempts } } as UntilLoop
  const trial = new Trial(loop, [], wanted, 0)
  const outcomes: boolean[] = []
  const running: { index: number; atMs: number }[] = []
  let nowMs = 0
  let next = 0
  let mostInVain = 0
  const start = () => {
    for (; running.length < places && next < trial.count; next++) {
      outcomes[next] = random() < share
      const durationMs = (0.5 + random()) * (outcomes[next] ? slowness : 1)
      running.push({ index: next, atMs: nowMs + durationMs })
    }
  }
  trial.add(wanted)
  for (;;) {
    start()
    let first = 0
    for (const [at, { atMs }] of running.entries()) if (atMs < running[first]!.atMs) first = at
    const [ended] = running.splice(first, 1) as [(typeof running)[number]]
    nowMs = ended.atMs
    trial.settled(ended.index, outcomes[ended.index]!)
    const step = trial.step()
    const missing = wanted - trial.acceptedCount
    if (step.type === 'more') {
      trial.add(step.count)
      const underWay = trial.count - trial.settledCount
      mostInVain = Math.max(mostInVain, (underWay - missing) / Math.max(8, trial.settledCount))
    }
    if (step.type === 'enough' || step.type === 'spent')
      return { trial, state: step.type, outcomes, mostInVain, batches: trial.starts.length }
    if (trial.count === trial.settledCount) throw new Error('Nothing is under way, and nothing follows.')
  }
}

/** The elements that were necessary, in their order. */
function neededOf(outcomes: readonly boolean[], wanted: number): number {
  let accepted = 0
  return outcomes.findIndex(isAccepted => isAccepted && ++accepted === wanted) + 1
}

const CASES: readonly (Case & { readonly meanInVain: number })[] = [
  { wanted: 1_000, share: 0.1, places: 50, meanInVain: 0.01 },
  { wanted: 1_000, share: 0.5, places: 50, meanInVain: 0.01 },
  { wanted: 1_000, share: 0.9, places: 50, slowness: 3, meanInVain: 0.01 },
  { wanted: 100, share: 0.3, places: 50, meanInVain: 0.03 },
  { wanted: 100, share: 0.3, places: 50, slowness: 3, meanInVain: 0.125 },
  { wanted: 10, share: 0.1, places: 50, meanInVain: 0.1 },
  { wanted: 1, share: 0.1, places: 10, meanInVain: 0.08 },
]

describe('elements that are tried until enough are accepted', () => {
  test.each(CASES)('$wanted of a share of $share, $places at once', ({ meanInVain, ...each }) => {
    let sum = 0
    for (let seed = 0; seed < SEEDS; seed++) {
      const { trial, state, outcomes, mostInVain } = tryAll(each, `trial ${seed}`)
      expect(state, `seed ${seed}`).toBe('enough')
      expect(trial.accepted().length, `seed ${seed}`).toBe(each.wanted)
      // Whatever the shares do.
      expect(mostInVain, `seed ${seed}`).toBeLessThanOrEqual(1 / 8)
      const needed = neededOf(outcomes, each.wanted)
      sum += (trial.count - needed) / needed
    }
    expect(sum / SEEDS).toBeLessThanOrEqual(meanInVain)
  })

  test('come in few batches', () => {
    const { batches } = tryAll({ wanted: 10_000, share: 0.1, places: 100 }, 'batches')
    expect(batches).toBeLessThan(80)
  })

  test('are the first ones in order, whatever ends first', () => {
    const one = tryAll({ wanted: 50, share: 0.3, places: 1 }, 'order')
    const wide = new Trial(one.trial.loop, [], 50, 0)
    wide.add(one.outcomes.length)
    for (const index of [...one.outcomes.keys()].reverse()) wide.settled(index, one.outcomes[index]!)
    expect(wide.accepted()).toEqual(one.trial.accepted())
  })

  test('end when all attempts are spent', () => {
    const { trial, state } = tryAll({ wanted: 50, share: 0.1, places: 20, attempts: 100 }, 'spent')
    expect([state, trial.count]).toEqual(['spent', 100])
  })

  test('never go beyond what was tried before while that may be enough', () => {
    const state = {
      wanted: 100,
      attempts: 1_000,
      count: 300,
      settled: 250,
      accepted: 60,
      reached: 300,
      batches: [],
    }
    expect(candidatesToTry(state)).toBe(0)
    expect(candidatesToTry({ ...state, accepted: 20 })).toBe(30)
    expect(candidatesToTry({ ...state, count: 200, settled: 200 })).toBeLessThanOrEqual(100)
  })
})
