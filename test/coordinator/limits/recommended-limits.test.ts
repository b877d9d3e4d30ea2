import { describe, expect, test } from 'vitest'
import type { LimiterSettings } from '../../../src/coordinator/limits/limiter-settings.js'
import { seededRandom } from '../../../src/model/seeded-random.js'
import { type Burst, conclusionOf } from '../../../src/probe/analyse/conclusion.js'
import { recommend } from '../../../src/probe/analyse/recommend.js'
import { probeService, type Service } from '../../support/simulation/probed-service.js'
import type { ServiceRules } from '../../support/simulation/simulated-service.js'
import { type VirtualRun, virtualRun } from '../../support/simulation/virtual-run.js'

const CALL_MS = 500
/** Below a rate on purpose. */
const BELOW_RATE = 1.08
/** And with as many calls at once as are at work on average, where no burst has shown that it is a rate: calls of different length leave gaps. */
const MAYBE_CAP = 1.2
const LOAD = { jobs: 2_000, concurrency: 100 }

/** Accepted calls a second of a service that takes so many at once and so many a second, and what it refuses. */
function serviceOf(atOnce: number, perSecond: number): Service {
  const throughput = (concurrency: number) =>
    Math.min(perSecond, Math.min(concurrency, atOnce) / (CALL_MS / 1_000))
  return {
    throughput,
    // One that is refused comes back at once: at a cap, what is above it.
    refusedShare: concurrency => 1 - throughput(concurrency) / (concurrency / (CALL_MS / 1_000)),
  }
}

const refusedShare = ({ service }: VirtualRun): number =>
  service.refusedAtMs.length / (service.refusedAtMs.length + service.acceptedAtMs.length)

describe.each(['a', 'b', 'c', 'd'])('what a probe recommends, as config (%s)', seed => {
  test.each<[string, Service, Burst | undefined, Omit<ServiceRules, 'latencyMs' | 'seed'>, number]>([
    ['20 at once', serviceOf(20, 1e9), { sent: 40, accepted: 20 }, { concurrency: 20 }, 1.02],
    [
      '600 a minute by a bucket',
      serviceOf(1e9, 10),
      undefined,
      { perMinute: 600, counting: 'bucket', windowMs: 6_000 },
      MAYBE_CAP,
    ],
    [
      '600 a minute by a bucket, which a burst has shown',
      serviceOf(1e9, 10),
      { sent: 22, accepted: 20 },
      { perMinute: 600, counting: 'bucket', windowMs: 6_000 },
      BELOW_RATE,
    ],
    [
      '600 a minute by sliding windows, which a burst has shown',
      serviceOf(1e9, 10),
      { sent: 22, accepted: 20 },
      { perMinute: 600, counting: 'sliding window', windowMs: 6_000 },
      BELOW_RATE,
    ],
    ['no limit, 1 % of refusals by chance', serviceOf(1e9, 1e9), undefined, { strayRate: 0.01 }, 1.02],
  ])(
    '%s: no more is refused than with nothing configured, and it is as fast, or as much slower as a margin costs',
    (_, service, burst, rules, slower) => {
      const { levels, ended } = probeService(service, seed, 0.02)
      const limit = conclusionOf(levels, { ended, burst, accepted: 1_000, cores: 2 })
      const recommended = recommend(levels, limit, burst)
      const run = (limits: Partial<LimiterSettings>) => {
        const random = seededRandom(`latency ${seed}`)
        const latencyMs = () => CALL_MS * (0.4 + 1.2 * random())
        return virtualRun({ ...rules, seed, latencyMs }, { learning: 'refusals', ...limits }, LOAD)
      }
      const [learned, configured] = [run({}), run(recommended!)]
      expect(configured.endedAtMs).toBeLessThanOrEqual(slower * learned.endedAtMs)
      expect(refusedShare(configured)).toBeLessThanOrEqual(refusedShare(learned) + 0.002)
    },
  )
})
