// An embedding program that runs one job and forgets to close the pool: it must end by itself.
import { WorkerPool } from '../../../dist/workers/thread/worker-pool.js'

const [specifier, inputs] = process.argv.slice(2)
const pool = new WorkerPool({ threads: 1 })
const run = pool.openRun({
  movieId: 'test',
  store: { url: 'memory:test', isReachableFromThreads: false, blobs: () => ({}) },
  inlineProviders: new Map(),
  onMessages(messages) {
    for (const message of messages) console.log(JSON.stringify(message))
  },
})
process.on('SIGUSR2', () => process.exit(0))
const template = {
  templateId: 1,
  movieId: 'test',
  producer: 'Clip',
  provider: { type: 'module', name: 'provider', specifier },
  config: JSON.parse(process.env.CONFIG ?? '{}'),
  baseFolder: process.cwd(),
  loops: [],
  outputs: { Text: { type: 'text' } },
  timeoutMs: 20_000,
}
const job = {
  job: 0,
  attempt: 1,
  indices: [],
  inputs: JSON.parse(inputs),
  inputsHash: 'h',
  generation: 0,
}
run.dispatch(template, [job])
