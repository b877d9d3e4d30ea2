// node waiting-runs.mjs JOBS LATENCY_MS AT_ONCE: times two runs of jobs that wait, in a process that has done nothing yet.
import { simulated, timeRun, withEngine } from '../support/engine.mjs'

const [jobs, latencyMs, concurrency] = process.argv.slice(2).map(Number)
const blueprint = simulated({ latencyMs })
const run = (/** @type {import('showrunner').Engine} */ engine, /** @type {string} */ movieId) =>
  timeRun(engine, { movieId, blueprint, inputs: { jobs }, concurrency })

const times = await withEngine(async engine => ({
  coldMs: await run(engine, 'cold'),
  warmMs: await run(engine, 'warm'),
}))
console.log(JSON.stringify(times))
