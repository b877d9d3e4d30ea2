import { randomUUID } from 'node:crypto'
import { Queue } from 'bullmq'
import { timed } from '../../measure/measure.mjs'
import { withPrograms } from '../../support/fleet.mjs'

/** Jobs that are added by one call. */
const BULK = 1_000

/**
 * No-op jobs by BullMQ alone: added in bulk, done by workers in processes of their own, removed when they are done.
 *
 * @param {{ port: number, jobs: number, workers: number, concurrency: number }} load
 * @returns {Promise<number>} milliseconds
 */
export async function timeBullmq({ port, jobs, workers, concurrency }) {
  const name = `bench-${randomUUID()}`
  const queue = new Queue(name, {
    connection: { host: '127.0.0.1', port },
    defaultJobOptions: { removeOnComplete: true },
  })
  const command = ['fleet/bullmq-worker', String(port), name, String(concurrency)]
  try {
    return await withPrograms(
      Array.from({ length: workers }, () => command),
      programs =>
        timed(async () => {
          const done = allDone(programs, jobs)
          for (let first = 0; first < jobs; first += BULK) await queue.addBulk(bulk(first, jobs))
          await done
        }),
    )
  } finally {
    await queue.obliterate({ force: true })
    await queue.close()
  }
}

/** @param {number} first @param {number} jobs */
const bulk = (first, jobs) =>
  Array.from({ length: Math.min(BULK, jobs - first) }, (_, index) => ({
    name: 'job',
    data: { number: first + index },
  }))

/** Each worker tells how many it has done. @param {readonly import('../../support/fleet.mjs').Program[]} programs @param {number} jobs */
function allDone(programs, jobs) {
  const counts = programs.map(() => 0)
  return new Promise(resolve => {
    for (const [index, program] of programs.entries())
      program.on('message', count => {
        counts[index] = Number(count)
        if (counts.reduce((sum, done) => sum + done) >= jobs) resolve(undefined)
      })
  })
}
