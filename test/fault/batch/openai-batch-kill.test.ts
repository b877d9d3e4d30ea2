import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { runAll, valuesIn } from '../../support/engine-fixture.js'
import { batchWork, openBatchEngine, ROW_COUNT } from '../../support/programs/batch-work.mjs'
import { API_KEY, OpenAiServer } from '../../support/servers/openai/openai-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const program = fileURLToPath(new URL('../../support/programs/batch-work.mjs', import.meta.url))

/** Runs the movie in a process of its own and kills it when the server has done this for the n-th time. */
async function killAt(server: OpenAiServer, store: string, at: string, count: number): Promise<void> {
  const child = spawn(process.execPath, [program, store, 'rows', server.baseUrl], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, BATCH_TEST_KEY: API_KEY },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  let seen = 0
  server.beforeAnswer = async place => {
    if (!place.startsWith(at) || ++seen !== count) return
    child.kill('SIGKILL')
    await ended
  }
  const [, signal] = await ended
  expect(signal).toBe('SIGKILL')
  server.beforeAnswer = () => {}
}

/** Two threads, so two batches. */
test.each([
  ['is uploaded', 'POST /v1/files', 1],
  ['is created', 'POST /v1/batches', 1],
  ['and the other one are created', 'POST /v1/batches', 2],
  ['is running', 'GET /v1/batches/', 3],
  ['is downloaded', 'GET /v1/files/', 1],
  ['was downloaded, the other one is', 'GET /v1/files/', 2],
])('killed with SIGKILL when a batch %s: every row is made and charged once', async (_, at, count) => {
  const server = await OpenAiServer.start()
  const store = `file:${await temporaryFolder()}`
  await killAt(server, store, at, count)
  vi.stubEnv('BATCH_TEST_KEY', API_KEY)
  const engine = await openBatchEngine(store, server.baseUrl)
  onTestFinished(async () => {
    await engine.close()
    vi.unstubAllEnvs()
  })
  await runAll(engine, { movieId: 'rows', blueprint: batchWork })

  const rows = Array.from({ length: ROW_COUNT }, (_, row) => row)
  const expected = rows.map(row => [`Line[${row}].Text`, `Echo: row ${row}`])
  expect(await valuesIn(engine, 'rows')).toEqual(Object.fromEntries(expected))
  expect(server.bill.map(({ prompt }) => prompt).sort()).toEqual(rows.map(row => `row ${row}`).sort())
  let log = ''
  for await (const { event } of engine.movie('rows').events()) log += JSON.stringify(event)
  expect(log).toContain('batch_1')
  expect(log).not.toContain(API_KEY)
})
