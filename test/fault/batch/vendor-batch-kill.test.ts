import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { runAll, valuesIn } from '../../support/engine-fixture.js'
import { batchWork, openBatchEngine, ROW_COUNT } from '../../support/programs/batch-work.mjs'
import { AnthropicServer } from '../../support/servers/batches/anthropic-server.js'
import { GoogleServer } from '../../support/servers/batches/google-server.js'
import type { VendorBatches, VendorPlaces } from '../../support/servers/batches/vendor-batches.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const program = fileURLToPath(new URL('../../support/programs/batch-work.mjs', import.meta.url))

interface KilledRun {
  readonly server: VendorBatches
  readonly store: string
  readonly model: string
}

/** Runs the movie in a process of its own and kills it when the server has done this for the n-th time. */
async function killAt({ server, store, model }: KilledRun, at: string, count: number): Promise<void> {
  const child = spawn(process.execPath, [program, store, 'rows', server.baseUrl, model], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, BATCH_TEST_KEY: server.key },
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

const VENDORS = [
  ['anthropic', () => new AnthropicServer(), 'anthropic/claude-test'],
  ['google', () => new GoogleServer(), 'google/gemini-test'],
] as const

/** Two threads, so two batches. */
const MOMENTS: readonly (readonly [string, keyof VendorPlaces, number])[] = [
  ['is created', 'create', 1],
  ['and the other one are created', 'create', 2],
  ['is running', 'look', 3],
  ['is downloaded', 'results', 1],
]

describe.each(VENDORS)('killed with SIGKILL when a batch of %s', (_, create, model) => {
  test.each(MOMENTS)('%s: every row is made and charged once', async (_moment, place, count) => {
    const server = await create().listen()
    const store = `file:${await temporaryFolder()}`
    await killAt({ server, store, model }, server.places[place], count)
    vi.stubEnv('BATCH_TEST_KEY', server.key)
    const engine = await openBatchEngine(store, server.baseUrl, { model })
    onTestFinished(async () => {
      await engine.close()
      vi.unstubAllEnvs()
    })
    await runAll(engine, { movieId: 'rows', blueprint: batchWork })

    const rows = Array.from({ length: ROW_COUNT }, (_row, row) => row)
    const expected = rows.map(row => [`Line[${row}].Text`, `Echo: row ${row}`])
    expect(await valuesIn(engine, 'rows')).toEqual(Object.fromEntries(expected))
    expect(server.bill.toSorted()).toEqual(rows.map(row => `row ${row}`).sort())
    let log = ''
    for await (const { event } of engine.movie('rows').events()) log += JSON.stringify(event)
    expect(log).not.toContain(server.key)
  })
})
