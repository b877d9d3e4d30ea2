import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../src/model/seeded-random.js'
import type { Counting } from '../../../support/simulation/simulated-service.js'
import { type VirtualRun, virtualRun } from '../../../support/simulation/virtual-run.js'

const MINUTE_MS = 60_000
const COUNTINGS: readonly Counting[] = ['fixed window', 'sliding window', 'bucket']
const JOBS = 2_000

/** So many, as one alone would show more, or less. */
const SEEDS = [...'abcdefghijklmnop']

/** Draws latencies around a mean, ±40 %. */
function around(meanMs: number, seed = ''): () => number {
  const random = seededRandom(`latency ${meanMs} ${seed}`)
  return () => meanMs * (0.6 + 0.8 * random())
}

/** From a moment on: accepted calls in a minute, and the share of the calls that were refused. */
function rates({ service }: VirtualRun, fromMs: number) {
  const accepted = service.acceptedAtMs.filter(atMs => atMs >= fromMs)
  const refused = service.refusedAtMs.filter(atMs => atMs >= fromMs)
  const perMinute = (accepted.length / (accepted.at(-1)! - fromMs)) * MINUTE_MS
  return { perMinute, refusedShare: refused.length / (accepted.length + refused.length) }
}

describe.each(COUNTINGS)('a service that takes 600 a minute and 20 at a time, and counts by %s', counting => {
  const rules = { perMinute: 600, concurrency: 20, counting }

  test.each([
    ['says how long to wait', true, 'refusals', 50],
    ['says how long to wait, and takes 500 ms a call', true, 'refusals', 500],
    ['says nothing', false, 'refusals', 50],
    ['says nothing, and takes 500 ms a call', false, 'refusals', 500],
    ['says how long to wait; latency is watched', true, 'latency', 500],
    ['says nothing; latency is watched', false, 'latency', 500],
  ] as const)('nothing configured, it %s', (_, saysWhen, learning, latencyMs) => {
    const shares = SEEDS.map(seed => {
      const run = virtualRun(
        { ...rules, saysWhen, seed, latencyMs: around(latencyMs, seed) },
        { learning },
        { jobs: JOBS, concurrency: 100 },
      )
      const { perMinute, refusedShare } = rates(run, MINUTE_MS)
      expect(run.service.accepted).toBe(JOBS)
      expect(perMinute).toBeGreaterThanOrEqual(0.9 * rules.perMinute)
      return refusedShare
    })
    expect(shares.reduce((sum, share) => sum + share) / shares.length).toBeLessThanOrEqual(0.03)
  })

  test('limits configured: nothing is refused, and 97 % of the rate is used', () => {
    const run = virtualRun(
      { ...rules, latencyMs: around(500) },
      { requestsPerMinute: 600, concurrency: 20, learning: 'refusals' },
      { jobs: JOBS, concurrency: 100 },
    )
    expect(run.service.refusedAtMs).toEqual([])
    expect(rates(run, 0).perMinute).toBeGreaterThanOrEqual(0.97 * rules.perMinute)
  })
})

describe('a service that never refuses, and gets slower above a number of calls', () => {
  test.each([
    [40, 50, 0],
    [40, 50, 0.2],
    [40, 1_000, 0.6],
    [160, 200, 0.2],
  ])(
    'knee at %i, %i ms, noise of ±%f: the concurrency settles within a quarter of it',
    (knee, baseMs, noise) => {
      const random = seededRandom(`knee ${knee}`)
      const latencyMs = (level: number) =>
        baseMs * Math.max(1, level / knee) * (1 - noise + 2 * noise * random())
      const run = virtualRun({ latencyMs }, { learning: 'latency' }, { jobs: 20_000, concurrency: 1_000 })
      const levels = run.levels.slice(-10_000).map(({ inFlight }) => inFlight + 1)
      const median = levels.sort((one, other) => one - other)[5_000]!
      expect(Math.abs(median / knee - 1)).toBeLessThanOrEqual(0.25)
    },
  )

  test('that becomes slower for reasons of its own keeps most of its calls', () => {
    const latencyMs = (_level: number, atMs: number) => (atMs < MINUTE_MS ? 200 : 500)
    const run = virtualRun({ latencyMs }, { learning: 'latency' }, { jobs: 60_000, concurrency: 100 })
    const late = run.levels.filter(({ atMs }) => atMs > 2 * MINUTE_MS)
    const mean = late.reduce((sum, { inFlight }) => sum + inFlight, 0) / late.length
    expect(late.length).toBeGreaterThan(1_000)
    expect(mean).toBeGreaterThan(60)
  })
})

test('what does not depend on load is not taken for it: one answer in fifty fails', () => {
  const run = virtualRun(
    { latencyMs: around(300), troubleRate: 0.02 },
    { learning: 'latency' },
    { jobs: 20_000, concurrency: 100 },
  )
  const late = run.levels.slice(-5_000).map(({ inFlight }) => inFlight)
  expect(Math.min(...late.slice(0, 4_000))).toBeGreaterThan(40)
})
