import { randomUUID } from 'node:crypto'
import { Queue, Worker } from 'bullmq'
import { work } from '../../work/work.mjs'
import { load } from '../support/load.mjs'
import { measureUse } from '../support/measure-use.mjs'

const { kind, jobs, concurrency, url } = load
const BULK = 1_000
const connection = { host: '127.0.0.1', port: Number(process.env.BENCH_SERVER_PORT) }
const queue = new Queue(`bench-${randomUUID()}`, {
  connection,
  defaultJobOptions: { removeOnComplete: true },
})
await (await queue.client).config('SET', 'appendfsync', process.env.BENCH_FSYNC ?? 'everysec')

// Work that keeps a thread busy belongs into a sandbox, says its manual.
const worker =
  kind === 'hashing'
    ? new Worker(queue.name, new URL('../support/sandboxed-work.mjs', import.meta.url), {
        connection,
        concurrency: 2,
        useWorkerThreads: true,
      })
    : new Worker(queue.name, async ({ data }) => work(data.kind, data.url), { connection, concurrency })

await measureUse(jobs, async count => {
  let left = count
  const finished = new Promise((resolve, reject) => {
    worker.on('completed', () => {
      if (--left === 0) resolve(undefined)
    })
    worker.on('failed', (_, error) => reject(error))
  })
  for (let first = 0; first < count; first += BULK) {
    const size = Math.min(BULK, count - first)
    await queue.addBulk(
      Array.from({ length: size }, (_, index) => ({
        name: 'job',
        data: { number: first + index, kind, url },
      })),
    )
  }
  await finished
  worker.removeAllListeners('completed')
})
await worker.close()
await queue.obliterate({ force: true })
await queue.close()
process.exit()
