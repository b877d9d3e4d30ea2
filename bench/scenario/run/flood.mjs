import { measurePairs } from '../../measure/measure.mjs'
import { speedRow } from '../../report/row.mjs'
import { oneLayer, timeRun, withEngine } from '../../support/engine.mjs'
import { openRawPool } from '../../support/raw-piscina.mjs'

/** No-op jobs with the durable log, against `piscina.run()` once a job without a log. */
export async function flood(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 2_000 : 100_000
  const raw = await openRawPool()
  try {
    return await withEngine(async engine => {
      const pairs = await measurePairs(isSmoke ? 1 : 9, {
        ours: pair => timeRun(engine, { movieId: `pair-${pair + 1}`, blueprint: oneLayer, inputs: { jobs } }),
        theirs: () => raw.time(jobs),
      })
      const name = 'no-op jobs, durable log, 1,000 at once'
      const why =
        'The times are of whole runs: blueprint, plan, lease, log and manifest are in them, and the coordinator is one thread. piscina.run() keeps nothing.'
      return [speedRow({ name, goal: 1, amount: jobs, against: 'piscina.run() a job, no log', why }, pairs)]
    })
  } finally {
    await raw.close()
  }
}
