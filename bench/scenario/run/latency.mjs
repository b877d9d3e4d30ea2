import pLimit from 'p-limit'
import { measurePairs, timed } from '../../measure/measure.mjs'
import { median } from '../../measure/statistics.mjs'
import { figureRow, rate, speedRow } from '../../report/row.mjs'
import { CONCURRENCY, simulated, timeRun, withEngine } from '../../support/engine.mjs'

const LATENCY_MS = 50

/** Jobs that wait 50 ms for their provider: how near to concurrency ÷ latency does a whole run come? */
export async function latency(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 2_000 : 100_000
  const blueprint = simulated({ latencyMs: LATENCY_MS })
  return withEngine(async engine => {
    const pairs = await measurePairs(isSmoke ? 1 : 5, {
      ours: pair => timeRun(engine, { movieId: `pair-${pair + 1}`, blueprint, inputs: { jobs } }),
      theirs: () => timed(() => bareLoop(jobs, CONCURRENCY)),
    })
    const idealMs = Math.ceil(jobs / CONCURRENCY) * LATENCY_MS
    const fewer = await measurePairs(isSmoke ? 1 : 3, {
      ours: pair =>
        timeRun(engine, {
          movieId: `fewer-${pair + 1}`,
          blueprint,
          inputs: { jobs: jobs / 5 },
          concurrency: CONCURRENCY / 5,
        }),
      theirs: () => timed(() => bareLoop(jobs / 5, CONCURRENCY / 5)),
    })
    return [
      figureRow(
        {
          name: '50 ms provider, 1,000 at once',
          goal: 88,
          unit: '%',
          better: 'at least',
          measured: rate(jobs, median(pairs.ours)),
          against: `${rate(jobs, idealMs)}, the ideal rate`,
          why: 'Whole runs again: the plan before the first job and the manifest of 100,000 artifacts after the last are 5 %. The rest is the way from a settled job to its successor: two threads, and the append, since a place is free when the result that was in it is durable and not before. At 20,000 jobs/s that way takes 3 to 4 ms of two cores; the row after the next one has a fifth of the rate.',
        },
        pairs.ours.map(ms => (idealMs / ms) * 100),
      ),
      speedRow(
        {
          name: '50 ms provider, as a ratio',
          amount: jobs,
          against: 'p-limit and setTimeout in one thread, no log',
        },
        pairs,
      ),
      figureRow(
        {
          name: '50 ms provider, 200 at once',
          goal: 96,
          unit: '%',
          better: 'at least',
          measured: rate(jobs / 5, median(fewer.ours)),
          against: `${rate(jobs / 5, idealMs)}, the ideal rate`,
        },
        fewer.ours.map(ms => (idealMs / ms) * 100),
      ),
    ]
  })
}

/** @param {number} jobs @param {number} concurrency */
async function bareLoop(jobs, concurrency) {
  const limit = pLimit(concurrency)
  const pause = () => new Promise(resolve => setTimeout(resolve, LATENCY_MS))
  await Promise.all(Array.from({ length: jobs }, () => limit(pause)))
}
