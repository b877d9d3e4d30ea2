import { CONCURRENCY, timeRun, withEngine } from '../support/engine.mjs'
import { perSecond } from '../support/table.mjs'

const LATENCY_MS = 50

/** Jobs that wait 50 ms for their provider: how near to concurrency ÷ latency does the run come? */
export async function latency(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 2_000 : 100_000
  const blueprint = {
    name: 'latency',
    inputs: { jobs: 'integer' },
    loops: { job: { count: '${inputs.jobs}' } },
    producers: {
      Work: {
        loop: 'job',
        provider: 'simulate',
        config: { latencyMs: LATENCY_MS },
        with: { number: '${index.job}' },
        outputs: { Text: 'text' },
      },
    },
  }
  return withEngine(async engine => {
    await timeRun(engine, { movieId: 'warm-up', blueprint, inputs: { jobs: CONCURRENCY } })
    const ms = await timeRun(engine, { blueprint, inputs: { jobs } })
    const idealMs = Math.ceil(jobs / CONCURRENCY) * LATENCY_MS
    return [
      {
        name: '50 ms provider, 1,000 at once',
        measured: perSecond(jobs, ms),
        against: `${perSecond(jobs, idealMs)}, the ideal rate`,
        value: (idealMs / ms) * 100,
        direction: /** @type {const} */ ('at least'),
        goal: 95,
        unit: ' %',
      },
    ]
  })
}
