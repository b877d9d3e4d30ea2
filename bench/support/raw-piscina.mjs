import { Piscina } from 'piscina'
import { CONCURRENCY, THREADS } from './engine.mjs'

/** The baseline: one `piscina.run()` a job, with as many in flight, in the fastest set-up we know. No log. */
export async function openRawPool() {
  const pool = new Piscina({
    filename: new URL('../work/noop-task.mjs', import.meta.url).href,
    minThreads: THREADS,
    maxThreads: THREADS,
    concurrentTasksPerWorker: 64,
    atomics: 'disabled',
  })
  return {
    /** @param {number} jobs @returns {Promise<number>} milliseconds */
    async time(jobs) {
      const startMs = performance.now()
      let next = 0
      const worker = async () => {
        while (next < jobs) await pool.run({ number: next++ })
      }
      await Promise.all(Array.from({ length: CONCURRENCY }, worker))
      return performance.now() - startMs
    },
    close: () => pool.destroy(),
  }
}
