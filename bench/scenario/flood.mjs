import { oneLayer, timeRun, withEngine } from '../support/engine.mjs'
import { openRawPool } from '../support/raw-piscina.mjs'
import { median, perSecond } from '../support/table.mjs'

/** No-op jobs with the durable log, against `piscina.run()` once a job without a log; in turn, in pairs. */
export async function flood(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 2_000 : 100_000
  const pairs = isSmoke ? 1 : 5
  const raw = await openRawPool()
  try {
    return await withEngine(async engine => {
      const run = (/** @type {string} */ movieId, /** @type {number} */ count) =>
        timeRun(engine, { movieId, blueprint: oneLayer, inputs: { jobs: count } })
      await raw.time(jobs / 10)
      await run('warm-up', jobs / 10)
      const ours = []
      const theirs = []
      for (let pair = 0; pair < pairs; pair++) {
        theirs.push(await raw.time(jobs))
        ours.push(await run(`pair-${pair}`, jobs))
      }
      return [
        {
          name: 'no-op jobs, durable log',
          measured: perSecond(jobs, median(ours)),
          against: `${perSecond(jobs, median(theirs))} piscina.run(), no log`,
          value: median(ours.map((ms, pair) => theirs[pair] / ms)),
          direction: /** @type {const} */ ('at least'),
          goal: 1,
          unit: '×',
        },
      ]
    })
  } finally {
    await raw.close()
  }
}
