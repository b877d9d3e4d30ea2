// node scale.mjs FEW MANY: times runs of few and of many no-op jobs in one process, and tells its peak of memory.

import { median } from '../measure/statistics.mjs'
import { oneLayer, timeRun, withEngine } from '../support/engine.mjs'

const [few, many] = process.argv.slice(2).map(Number)
const SHORT_RUNS = 5

await withEngine(async engine => {
  const run = (/** @type {string} */ movieId, /** @type {number} */ jobs) =>
    timeRun(engine, { movieId, blueprint: oneLayer, inputs: { jobs } })
  await run('warm-up', few)
  const fewMs = []
  for (let turn = 0; turn < SHORT_RUNS; turn++) fewMs.push(await run(`few-${turn}`, few))
  const baseBytes = process.memoryUsage.rss()
  const manyMs = await run('many', many)
  const peakBytes = process.resourceUsage().maxRSS * 1_024
  console.log(JSON.stringify({ fewMs: median(fewMs), manyMs, baseBytes, peakBytes }))
})
