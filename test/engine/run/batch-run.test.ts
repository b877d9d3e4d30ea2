import { expect, onTestFinished, test, vi } from 'vitest'
import { gate, runAll } from '../../support/engine-fixture.js'
import { batchWork, openBatchEngine, ROW_COUNT } from '../../support/programs/batch-work.mjs'
import { API_KEY, OpenAiServer } from '../../support/servers/openai/openai-server.js'

test('a cancelled run cancels its batch; the next run makes the rows in another one', async () => {
  const server = await OpenAiServer.start()
  vi.stubEnv('BATCH_TEST_KEY', API_KEY)
  const engine = await openBatchEngine('memory:', server.baseUrl, { threads: 1 })
  onTestFinished(async () => {
    await engine.close()
    vi.unstubAllEnvs()
  })
  const { opened: isRunning, open } = gate()
  let polls = 0
  server.batches.isHeld = true
  server.beforeAnswer = at => {
    if (at.startsWith('GET /v1/batches/') && ++polls === 3) open()
  }
  const run = engine.run({ movieId: 'rows', blueprint: batchWork })
  await isRunning
  run.cancel()
  expect(await run).toMatchObject({ status: 'cancelled' })
  expect(server.batches.all.map(({ status }) => status)).toEqual(['cancelled'])
  // Nothing but the run's concurrency bounds how many jobs are in a batch.
  expect(server.batches.promptsOf(server.batches.all[0]!)).toHaveLength(ROW_COUNT)

  server.batches.release()
  await runAll(engine, { movieId: 'rows', blueprint: batchWork })
  expect(server.batches.all.slice(1).map(({ status }) => status)).not.toContain('cancelled')
  expect(server.bill).toHaveLength(ROW_COUNT)
})
