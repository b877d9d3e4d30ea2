import pLimit from 'p-limit'
import { CONCURRENCY, simulated, timeRun, withEngine } from '../support/engine.mjs'
import { measurePairs, timed } from '../support/measure.mjs'
import { figureRow, rate, speedRow } from '../support/row.mjs'
import { median } from '../support/statistics.mjs'

const LATENCY_MS = 50

/** Jobs that wait 50 ms for their provider: how near to concurrency ÷ latency does a whole run come? */
export async function latency(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 2_000 : 100_000
  const blueprint = simulated({ latencyMs: LATENCY_MS })
  return withEngine(async engine => {
    const pairs = await measurePairs(isSmoke ? 1 : 5, {
      ours: pair => timeRun(engine, { movieId: `pair-${pair + 1}`, blueprint, inputs: { jobs } }),
      theirs: () => timed(() => bareLoop(jobs)),
    })
    const idealMs = Math.ceil(jobs / CONCURRENCY) * LATENCY_MS
    return [
      figureRow(
        {
          name: '50 ms provider, 1,000 at once',
          goal: 95,
          unit: '%',
          better: 'at least',
          measured: rate(jobs, median(pairs.ours)),
          against: `${rate(jobs, idealMs)}, the ideal rate`,
          why: 'Whole runs again: the plan before the first job, the manifest of 100,000 artifacts after the last. The rest is the way of a settled job back to its successor, on two cores that three threads share; the next row shows what timers alone cost here.',
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
    ]
  })
}

/** @param {number} jobs */
async function bareLoop(jobs) {
  const limit = pLimit(CONCURRENCY)
  const pause = () => new Promise(resolve => setTimeout(resolve, LATENCY_MS))
  await Promise.all(Array.from({ length: jobs }, () => limit(pause)))
}
