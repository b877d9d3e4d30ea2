// An embedding program that runs one job and forgets to close the executor: it must end by itself.
import { ThreadExecutor } from '../../../dist/workers/thread/thread-executor.js'

const [provider, inputs] = process.argv.slice(2)
const isFile = provider.startsWith('file:')
const executor = new ThreadExecutor({ threads: 1, ...(isFile && { modules: { provider } }) })
const run = executor.openRun({
  address: { run: 'run', token: 1 },
  baseFolder: process.cwd(),
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
  provider: { type: 'module', name: 'provider', ...(isFile ? {} : { builtin: provider }) },
  config: JSON.parse(process.env.CONFIG ?? '{}'),
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
