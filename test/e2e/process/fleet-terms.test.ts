import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { openEngine } from '../../../dist/index.js'
import { hasRedis, startRedis } from '../../support/fleet/redis-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const CLI = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const MIB = 1024 * 1024

/** Gives many small values back, which are not large enough to be blobs. */
const PROVIDER = `export default {
  produce: ({ inputs }) => ({
    outputs: { Parts: Array.from({ length: 300 }, (_, part) => part + inputs.texts.join('').slice(0, 12_000)) },
  }),
}
`
const providers = { work: { module: './work.mjs' } }
const blueprint = {
  name: 'large',
  inputs: { texts: 'json' },
  loops: { part: { count: 300 } },
  producers: {
    Work: {
      provider: 'work',
      with: { texts: '${inputs.texts}' },
      outputs: { Parts: { type: 'text', loop: 'part' } },
    },
  },
} as const
const texts = Array.from({ length: 300 }, (_, number) => `${number}`.padEnd(12_000, 'x'))

const children = new Set<ChildProcess>()
afterEach(async () => {
  for (const child of children) {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  children.clear()
})

async function project(code = PROVIDER) {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'work.mjs'), code)
  await writeFile(join(folder, 'showrunner.config.yaml'), 'providers: { work: { module: ./work.mjs } }\n')
  return { folder, store: `file:${join(folder, 'movies')}` }
}

async function startWorker(folder: string, queue: string, ...args: readonly string[]): Promise<void> {
  const command = [CLI, 'worker', '--json', '--queue', queue, '--places', '4', '--threads', '1', ...args]
  const child = spawn(process.execPath, command, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  for await (const _ of createInterface(child.stdout!)) break
}

describe.runIf(hasRedis)('a fleet', { timeout: 120_000 }, () => {
  test('is waited for as long as the run is told, and then goes on; megabytes a job go both ways', async () => {
    await using redis = await startRedis()
    const { folder, store } = await project()
    expect(JSON.stringify(texts).length).toBeGreaterThan(3 * MIB)
    await using engine = await openEngine({ store, folder, providers, queue: redis.url, fleetWaitMs: 100 })
    const request = { blueprint, inputs: { texts }, movieId: 'large' }
    await expect(engine.run(request)).rejects.toMatchObject({ code: 'FLEET_UNREACHABLE' })
    await startWorker(folder, redis.url)
    await using patient = await openEngine({ store, folder, providers, queue: redis.url })
    expect((await patient.run(request)).counts).toMatchObject({ succeeded: 1, failed: 0 })
  })

  test('with other code of a provider is used only where it says that it may', async () => {
    await using redis = await startRedis()
    const { folder, store } = await project()
    const newer = await project(`${PROVIDER}// a later version\n`)
    await startWorker(newer.folder, redis.url, '--store', store)
    await using engine = await openEngine({ store, folder, providers, queue: redis.url })
    const running = engine.run({ blueprint, inputs: { texts: ['a'] } })
    const warning = new Promise<string>(resolve => running.on('note', ({ note = '' }) => resolve(note)))
    expect(await warning).toMatch(/other code/)
    await startWorker(newer.folder, redis.url, '--store', store, '--allow-mismatch')
    expect((await running).counts).toMatchObject({ succeeded: 1, failed: 0 })
  })
})
