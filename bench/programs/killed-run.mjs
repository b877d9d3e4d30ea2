// node killed-run.mjs FOLDER MOVIE JOBS: runs no-op jobs, tells when half are made, and waits to be killed.
import { fileURLToPath } from 'node:url'
import { openEngine } from 'showrunner'
import { CONCURRENCY, oneLayer, THREADS } from '../support/engine.mjs'

const [folder, movieId, jobs] = process.argv.slice(2)
const noop = fileURLToPath(new URL('../work/noop-provider.mjs', import.meta.url))
const engine = await openEngine({
  store: `file:${folder}`,
  threads: THREADS,
  concurrency: CONCURRENCY,
  providers: { noop: { module: noop } },
})
const run = engine.run({ movieId, blueprint: oneLayer, inputs: { jobs: Number(jobs) } })
let made = 0
run.on('job', ({ state }) => {
  if (state === 'succeeded' && ++made === Number(jobs) / 2) process.stdout.write(`${made}\n`)
})
await run
await new Promise(resolve => setTimeout(resolve, 60_000))
