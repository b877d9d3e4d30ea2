// The movie of the batch's kill test, and the program that is killed: `node batch-work.mjs <store> <movie> <base URL> [model]`.
// The key is in the environment variable BATCH_TEST_KEY.
import { fileURLToPath } from 'node:url'
import { openEngine } from '../../../dist/index.js'

export const ROW_COUNT = 30

export const batchWork = {
  name: 'batch-work',
  loops: { row: { count: ROW_COUNT } },
  producers: {
    Line: {
      loop: 'row',
      provider: 'batch',
      with: { number: '${index.row}' },
      config: { prompt: 'row {{number}}' },
      outputs: { Text: 'text' },
      timeout: '25h',
    },
  },
}

export const openBatchEngine = (store, baseUrl, { threads = 2, model = 'gpt-5-mini' } = {}) =>
  openEngine({
    store,
    concurrency: ROW_COUNT,
    threads,
    providers: {
      batch: {
        module: model.includes('/') ? 'builtin:ai-batch' : 'builtin:openai-batch',
        model,
        config: { apiKey: { $env: 'BATCH_TEST_KEY' }, baseUrl, gatherMs: 200, pollMs: 10 },
      },
    },
  })

const [program, store, movieId, baseUrl, model] = process.argv.slice(1)
if (program === fileURLToPath(import.meta.url)) {
  const engine = await openBatchEngine(store, baseUrl, model === undefined ? {} : { model })
  const result = await engine.run({ movieId, blueprint: batchWork })
  await engine.close()
  process.exitCode = result.status === 'succeeded' ? 0 : 1
}
