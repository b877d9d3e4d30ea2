import { expect, onTestFinished, test, vi } from 'vitest'
import { runAll, testEngine, valuesIn } from '../../support/engine-fixture.js'
import { API_KEY, OpenAiServer } from '../../support/servers/openai/openai-server.js'

const ROWS = 30

const lines = {
  name: 'lines',
  loops: { row: { count: ROWS } },
  producers: {
    Line: {
      loop: 'row',
      provider: 'models',
      with: { number: '${index.row}' },
      config: { prompt: 'row {{number}}' },
      outputs: { Text: 'text', Length: 'number' },
      retry: { attempts: 5, baseDelay: '10ms' },
    },
  },
}
test('a run of the built engine: failures are tried again, and each row is charged once', async () => {
  const server = await OpenAiServer.start()
  vi.stubEnv('AI_TEST_KEY', API_KEY)
  onTestFinished(() => void vi.unstubAllEnvs())
  const at = 'POST /v1/chat/completions'
  server.faults.push(
    {
      at,
      status: 429,
      headers: { 'retry-after-ms': '20' },
      body: { error: { code: 'rate_limit_exceeded' } },
    },
    { at, status: 429, headers: { 'retry-after': '0' } },
    { at, status: 500 },
    { at, isLost: true },
  )
  const engine = await testEngine({
    store: 'memory:',
    threads: 2,
    concurrency: 8,
    providers: {
      models: {
        module: 'builtin:ai',
        model: 'compatible/small',
        config: { apiKey: { $env: 'AI_TEST_KEY' }, baseUrl: server.baseUrl },
      },
    },
  })
  const result = await runAll(engine, { movieId: 'lines', blueprint: lines })
  expect(result.counts).toMatchObject({ succeeded: ROWS })
  const values = await valuesIn(engine, 'lines')
  expect(values['Line[7].Text']).toBe('Text of row 7')
  expect(values['Line[7].Length']).toBe('Length of row 7'.length)
  const prompts = Array.from({ length: ROWS }, (_, row) => `row ${row}`)
  expect(server.bill.map(({ prompt }) => prompt).sort()).toEqual(prompts.sort())
  expect(server.faults).toEqual([])
  await runAll(engine, { movieId: 'lines', blueprint: lines })
  expect(server.bill).toHaveLength(ROWS)
})
