// fork(bullmq-worker.mjs, [PORT, QUEUE, CONCURRENCY]): a worker of BullMQ that does nothing. Says "ready", then how many jobs it has
// completed, whenever that has changed; ends with its parent.
import { Worker } from 'bullmq'

const [port, queue, concurrency] = process.argv.slice(2)
const text = 'x'.repeat(100)

process.once('disconnect', () => process.exit())
let completed = 0
let told = 0
const worker = new Worker(queue, async () => text, {
  connection: { host: '127.0.0.1', port: Number(port) },
  concurrency: Number(concurrency),
  // On a busy machine, the default of 30 s takes jobs for stalled.
  lockDuration: 300_000,
})
worker.on('completed', () => completed++)
await worker.waitUntilReady()
setInterval(() => {
  if (completed > told) process.send?.(completed)
  told = completed
}, 10)
process.send?.('ready')
