import { measurePairs } from '../../measure/measure.mjs'
import { median } from '../../measure/statistics.mjs'
import { figureRow, rate } from '../../report/row.mjs'
import { simulated, timeRun, withEngine } from '../../support/engine.mjs'
import { withHosts } from '../../support/fleet.mjs'

/**
 * Jobs that wait for a service, on many hosts: how near to places ÷ latency does a whole run come?
 *
 * @param {import('../../support/fleet.mjs').Redis} redis @param {boolean} isSmoke
 */
export async function waitingHosts(redis, isSmoke) {
  const [hosts, places, latencyMs, rounds] = isSmoke ? [2, 50, 20, 5] : [10, 1_000, 1_000, 20]
  const atOnce = hosts * places
  const jobs = atOnce * rounds
  const idealMs = rounds * latencyMs
  const { ours } = await withEngine(
    async (engine, folder) =>
      await withHosts({ hosts, places, queue: redis.url, store: `file:${folder}`, providers: {} }, () =>
        measurePairs(isSmoke ? 1 : 3, {
          ours: pair =>
            timeRun(engine, {
              movieId: `waiting-${pair + 2}`,
              blueprint: simulated({ latencyMs }),
              inputs: { jobs: pair < 0 ? atOnce : jobs },
            }),
          theirs: async () => idealMs,
        }),
      ),
    { queue: redis.url, concurrency: atOnce },
  )
  return figureRow(
    {
      name: '1 s provider on ten hosts of a fleet, 1,000 places each',
      goal: 95,
      unit: '%',
      better: 'at least',
      measured: rate(jobs, median(ours)),
      against: `${rate(jobs, idealMs)}, the ideal rate`,
      why: 'The ten hosts, Redis and the coordinator share the machine.',
    },
    ours.map(ms => (idealMs / ms) * 100),
  )
}
