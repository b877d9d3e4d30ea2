import { Piscina } from 'piscina'
import { load } from '../support/load.mjs'
import { measureUse } from '../support/measure-use.mjs'

const { kind, jobs, concurrency, url } = load
const THREADS = 2
/** More tasks a thread make short ones slower. */
const MOST_TASKS = kind === 'no-op' ? 64 : Math.ceil(concurrency / THREADS)

const pool = new Piscina({
  filename: new URL('../support/work-task.mjs', import.meta.url).href,
  minThreads: THREADS,
  maxThreads: THREADS,
  concurrentTasksPerWorker: Math.min(MOST_TASKS, Math.ceil(concurrency / THREADS)),
  atomics: 'disabled',
})
await measureUse(jobs, async count => {
  let next = 0
  const results = new Array(count)
  const place = async () => {
    while (next < count) {
      const number = next++
      results[number] = await pool.run({ number, kind, url })
    }
  }
  await Promise.all(Array.from({ length: concurrency }, place))
})
await pool.destroy()
