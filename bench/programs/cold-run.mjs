// node cold-run.mjs HOW JOBS: times no-op jobs in a process that has done nothing yet, by the engine or by raw Piscina.
import { oneLayer, timeRun, withEngine } from '../support/engine.mjs'
import { openRawPool } from '../support/raw-piscina.mjs'

const [how, jobs] = [process.argv[2], Number(process.argv[3])]

async function raw() {
  const startMs = performance.now()
  const pool = await openRawPool()
  await pool.time(jobs)
  const ms = performance.now() - startMs
  await pool.close()
  return ms
}

const ms =
  how === 'raw'
    ? await raw()
    : await withEngine(engine => timeRun(engine, { movieId: 'cold', blueprint: oneLayer, inputs: { jobs } }))
console.log(JSON.stringify({ ms }))
