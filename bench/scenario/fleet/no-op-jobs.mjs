import { fileURLToPath } from 'node:url'
import { cpuMsOf } from '../../measure/cpu-of-process.mjs'
import { measurePairs } from '../../measure/measure.mjs'
import { median } from '../../measure/statistics.mjs'
import { figureRow, rate, speedRow } from '../../report/row.mjs'
import { oneLayer, timeRun, withEngine } from '../../support/engine.mjs'
import { withHosts } from '../../support/fleet.mjs'
import { timeBullmq } from './time-bullmq.mjs'

/** They share the machine with Redis and the coordinator. */
const HOSTS = 2
const PLACES = 1_024
/** Of each of its workers; it is no faster with more. */
const BULLMQ_CONCURRENCY = 100

const noop = fileURLToPath(new URL('../../work/noop-provider.mjs', import.meta.url))

/**
 * No-op jobs on two hosts, against a job of BullMQ each.
 *
 * @param {import('../../support/fleet.mjs').Redis} redis @param {boolean} isSmoke
 */
export async function noOpJobs(redis, isSmoke) {
  const jobs = isSmoke ? 1_000 : 100_000
  const bullmqJobs = jobs / 5
  const options = { queue: redis.url, providers: { noop: { module: noop } } }
  /** @type {number[]} microseconds of the processor a job, of all processes together */
  const cpuUs = []
  const pairs = await withEngine(
    async (engine, folder) =>
      await withHosts({ ...options, hosts: HOSTS, places: PLACES, store: `file:${folder}` }, async hosts => {
        const pids = [process.pid, redis.pid, ...hosts.map(({ pid = 0 }) => pid)]
        const used = async () => (await Promise.all(pids.map(cpuMsOf))).reduce((sum, ms) => sum + ms)
        return await measurePairs(isSmoke ? 1 : 3, {
          async ours(pair) {
            const beforeMs = await used()
            const ms = await timeRun(engine, {
              movieId: `pair-${pair + 1}`,
              blueprint: oneLayer,
              inputs: { jobs },
            })
            if (pair >= 0) cpuUs.push((((await used()) - beforeMs) / jobs) * 1_000)
            return ms
          },
          theirs: async () =>
            (await timeBullmq({
              port: redis.port,
              jobs: bullmqJobs,
              workers: HOSTS,
              concurrency: BULLMQ_CONCURRENCY,
            })) *
            (jobs / bullmqJobs),
        })
      }),
    { ...options, concurrency: HOSTS * PLACES },
  )
  const name = 'no-op jobs on two hosts of a fleet, durable log'
  return [
    figureRow(
      {
        name,
        goal: 40_000,
        unit: '/s',
        better: 'at least',
        measured: rate(jobs, median(pairs.ours)),
        against: `${median(cpuUs).toFixed(0)} µs of the processor a job, Redis, coordinator and hosts together`,
        why: 'Redis, the coordinator with its durable log and both hosts share the machine. The times are of whole runs: blueprint, plan, lease, tickets, log and manifest are in them.',
      },
      pairs.ours.map(ms => (jobs / ms) * 1_000),
    ),
    speedRow(
      {
        name: `${name}, as a ratio`,
        goal: 3,
        amount: jobs,
        against: 'BullMQ: a job each, added by addBulk, two workers',
      },
      pairs,
    ),
  ]
}
