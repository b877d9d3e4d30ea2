// node many-runs.mjs EARLY LATE: makes LATE runs of 100 no-op jobs on one engine, and tells its memory after EARLY and after all.
import { oneLayer, timeRun, withEngine } from '../support/engine.mjs'

const [early, late] = process.argv.slice(2).map(Number)
const JOBS = 100

await withEngine(async engine => {
  let earlyBytes = 0
  const times = []
  for (let turn = 1; turn <= late; turn++) {
    times.push(await timeRun(engine, { movieId: `run-${turn}`, blueprint: oneLayer, inputs: { jobs: JOBS } }))
    if (turn === early) earlyBytes = process.memoryUsage.rss()
  }
  const mean = (/** @type {number[]} */ values) => values.reduce((sum, ms) => sum + ms, 0) / values.length
  console.log(
    JSON.stringify({
      earlyBytes,
      lateBytes: process.memoryUsage.rss(),
      earlyMs: mean(times.slice(early / 2, early)),
      lateMs: mean(times.slice(-early / 2)),
    }),
  )
})
