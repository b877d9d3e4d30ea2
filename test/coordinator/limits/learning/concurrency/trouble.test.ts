import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../../src/model/seeded-random.js'
import type { ServiceRules } from '../../../../support/simulation/simulated-service.js'
import { virtualRun } from '../../../../support/simulation/virtual-run.js'

const SEEDS = ['a', 'b', 'c']

/** Busy or broken answers, with a limiter that learns and with one that does not. */
function pair(rules: Omit<ServiceRules, 'latencyMs'>, concurrency: number, seed: string) {
  const latency = () => {
    const random = seededRandom(`latency ${seed}`)
    return () => 200 + 600 * random()
  }
  const load = { jobs: 20_000, concurrency }
  const ours = virtualRun({ ...rules, seed, latencyMs: latency() }, { learning: 'refusals' }, load)
  const free = virtualRun({ ...rules, seed, latencyMs: latency() }, { learning: 'off' }, load)
  return { ours, ratio: ours.endedAtMs / free.endedAtMs }
}

/** Failures come back at once, or take as long as a call. */
describe.each([undefined, 5])('calls that fail by chance, after %s ms', troubleMs => {
  const rules = (troubleRate: number) => ({ troubleRate, ...(troubleMs !== undefined && { troubleMs }) })

  test.each([
    [0.05, 50],
    [0.1, 5],
    [0.1, 50],
    [0.1, 1_000],
  ])('a share of %d at concurrency %i slows nothing down', (share, concurrency) => {
    for (const seed of SEEDS) {
      const { ours, ratio } = pair(rules(share), concurrency, seed)
      expect(ratio).toBe(1)
      expect(ours.learned?.concurrency).toBe(Number.POSITIVE_INFINITY)
    }
  })

  test.each([0.2, 0.5])('a share of %d costs an experiment, and no limit is learned', share => {
    for (const seed of SEEDS) {
      const { ours, ratio } = pair(rules(share), 50, seed)
      expect(ratio).toBeLessThan(1.05)
      expect(ours.learned?.concurrency).toBe(Number.POSITIVE_INFINITY)
    }
  })
})

test.each([undefined, 5])('calls that fail above twenty at once, after %s ms, are kept below', troubleMs => {
  for (const seed of SEEDS) {
    const rules = { troubledAbove: 20, ...(troubleMs !== undefined && { troubleMs }) }
    const { ours } = pair(rules, 50, seed)
    const levels = ours.levels.slice(ours.levels.length / 2, -200).map(({ inFlight }) => inFlight + 1)
    const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length
    expect(mean).toBeGreaterThan(15)
    expect(mean).toBeLessThan(22)
  }
})
