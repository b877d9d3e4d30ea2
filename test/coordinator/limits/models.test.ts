import { describe, expect, test } from 'vitest'
import type { Admission } from '../../../src/coordinator/limits/admission.js'
import type { Limiter } from '../../../src/coordinator/limits/limiter.js'
import type { LimiterSettings } from '../../../src/coordinator/limits/limiter-settings.js'
import { seededRandom } from '../../../src/model/seeded-random.js'
import type { ServiceRules } from '../../support/simulation/simulated-service.js'
import { type ModelLoad, plainModelLoops, virtualModels } from '../../support/simulation/virtual-models.js'

/**
 * The truth table of models that share an account: each a producer of the same run, on a virtual clock, against a
 * plain loop for each model.
 */
const SEEDS = Array.from({ length: 8 }, (_, at) => `seed ${at}`)

type Rules = Omit<ServiceRules, 'latencyMs' | 'seed'>

const BUCKET = { counting: 'bucket', windowMs: 6_000 } as const
const ACCOUNT = { perMinute: 1_500, ...BUCKET }
const BIG = { models: { big: { perMinute: 300, ...BUCKET } } }

const LEARNED: LimiterSettings = { learning: 'refusals' }

const models =
  (settings: Readonly<Record<string, LimiterSettings>>) =>
  (model: string, admission: Admission): readonly Limiter[] => {
    const account = admission.limiter('account', LEARNED)
    const own = settings[model]
    return own === undefined ? [account] : [account, admission.limiter(`account ${model}`, own, account)]
  }

function pairs(rules: Rules, settings: Readonly<Record<string, LimiterSettings>>, load: ModelLoad) {
  return SEEDS.map(seed => {
    const latency = () => {
      const random = seededRandom(`latency ${seed}`)
      return () => 200 * (0.4 + 1.2 * random())
    }
    const ruled = { saysSeconds: true, ...rules, seed }
    const ours = virtualModels({ ...ruled, latencyMs: latency() }, load, models(settings))
    const loop = plainModelLoops({ ...ruled, latencyMs: latency() }, load)
    return { ours, loop, ratio: ours.endedAtMs / loop.endedAtMs }
  })
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const BOTH = { small: LEARNED, big: LEARNED }

describe('models of one account', () => {
  test.each<[string, Rules, Readonly<Record<string, LimiterSettings>>, ModelLoad, number]>([
    [
      '25 a second, of one model 5, configured',
      { ...ACCOUNT, ...BIG },
      { big: { learning: 'refusals', requestsPerMinute: 300 } },
      { jobs: { small: 1_440, big: 360 }, concurrency: 50 },
      1.12,
    ],
    [
      '25 a second, of one model 5, nothing configured',
      { ...ACCOUNT, ...BIG },
      BOTH,
      { jobs: { small: 1_440, big: 360 }, concurrency: 50 },
      1.4,
    ],
    [
      'one model 5 a second, the account as many as come',
      BIG,
      BOTH,
      { jobs: { small: 1_440, big: 360 }, concurrency: 50 },
      1.05,
    ],
    [
      '10 and 5 a second, the account as many as come',
      { models: { small: { perMinute: 600, ...BUCKET }, ...BIG.models } },
      BOTH,
      { jobs: { small: 800, big: 400 }, concurrency: 50 },
      1.2,
    ],
    [
      '25 a second for both together',
      ACCOUNT,
      BOTH,
      { jobs: { small: 900, big: 900 }, concurrency: 50 },
      1.05,
    ],
    [
      '20 at once for both together',
      { concurrency: 20 },
      BOTH,
      { jobs: { small: 900, big: 900 }, concurrency: 50 },
      1.08,
    ],
    ['5 % by chance', { strayRate: 0.05 }, BOTH, { jobs: { small: 900, big: 900 }, concurrency: 50 }, 1.1],
  ])('%s: nearly as fast as plain loops', (_, rules, settings, load, most) => {
    expect(mean(pairs(rules, settings, load).map(({ ratio }) => ratio))).toBeLessThanOrEqual(most)
  })

  test('a model that is refused slows no other down, and its own limit is learned', () => {
    // Alone the small ones take 360 × 200 ms ÷ 25 places.
    const load = { jobs: { small: 1_440, big: 360 }, concurrency: 50 }
    for (const { ours, loop } of pairs(BIG, BOTH, load)) {
      expect(ours.doneAtMs.get('small')!).toBeLessThan(1.25 * loop.doneAtMs.get('small')!)
      const limiters = new Map([...ours.limiters].map(limiter => [limiter.name, limiter.state]))
      expect(limiters.get('account small')).toEqual({
        concurrency: Number.POSITIVE_INFINITY,
        requestsPerMinute: undefined,
      })
      const { concurrency, requestsPerMinute = Number.POSITIVE_INFINITY } = limiters.get('account big')!
      expect(Math.min(concurrency * 300, requestsPerMinute)).toBeLessThan(2_000)
    }
  })
})
