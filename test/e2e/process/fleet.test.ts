import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import {
  defineProvider,
  type HostProgress,
  openEngine,
  openWorker,
  type WorkerOptions,
} from '../../../dist/index.js'
import { hasRedis, startRedis } from '../../support/fleet/redis-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const CLI = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const JOBS = 120

/** Notes each call, and says nothing of what it has begun. */
const PROVIDER = `import { appendFileSync } from 'node:fs'
export default {
  async produce({ inputs, jobId }) {
    await new Promise(resolve => setTimeout(resolve, 20))
    appendFileSync(new URL('./calls', import.meta.url), jobId + '\\n')
    return { outputs: { Text: 'made ' + inputs.n } }
  },
}
`
const blueprint = {
  name: 'spread',
  loops: { n: { count: JOBS } },
  producers: {
    Work: { loop: 'n', provider: 'work', with: { n: '${index.n}' }, outputs: { Text: 'text' } },
  },
} as const

const children = new Set<ChildProcess>()
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  children.clear()
})

async function project() {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'work.mjs'), PROVIDER)
  await writeFile(join(folder, 'showrunner.config.yaml'), 'providers: { work: { module: ./work.mjs } }\n')
  await appendFile(join(folder, 'calls'), '')
  const calls = async () => (await readFile(join(folder, 'calls'), 'utf8')).split('\n').filter(Boolean)
  return { folder, calls, store: `file:${join(folder, 'movies')}` }
}

async function startWorker(folder: string, queue: string, ...args: readonly string[]): Promise<ChildProcess> {
  const command = [CLI, 'worker', '--json', '--queue', queue, '--places', '8', '--threads', '1', ...args]
  const child = spawn(process.execPath, command, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  for await (const _ of createInterface(child.stdout!)) break
  return child
}

describe.runIf(hasRedis)('a fleet over Redis', () => {
  test('makes each job of a movie once, on whichever host', async () => {
    await using redis = await startRedis()
    const { folder, calls, store } = await project()
    await Promise.all([startWorker(folder, redis.url), startWorker(folder, redis.url)])
    const providers = { work: { module: './work.mjs' } }
    await using engine = await openEngine({ store, folder, providers, queue: redis.url, concurrency: 16 })
    const running = engine.run({ blueprint })
    let hosts: readonly HostProgress[] = []
    running.on('progress', progress => {
      hosts = progress.hosts ?? []
    })
    const result = await running
    expect(hosts.map(({ state, places, active, losses }) => ({ state, places, active, losses }))).toEqual(
      Array.from({ length: 2 }, () => ({ state: 'running', places: 8, active: 0, losses: 0 })),
    )
    expect(hosts[0]!.settled + hosts[1]!.settled).toBe(JOBS)
    expect(result.counts).toMatchObject({ succeeded: JOBS, failed: 0 })
    const made = await calls()
    expect([made.length, new Set(made).size]).toEqual([JOBS, JOBS])
  })

  test('a worker that is told to end finishes what it has, and another goes on', async () => {
    await using redis = await startRedis()
    const { folder, calls, store } = await project()
    const first = await startWorker(folder, redis.url)
    const providers = { work: { module: './work.mjs' } }
    await using engine = await openEngine({ store, folder, providers, queue: redis.url, concurrency: 8 })
    const running = engine.run({ blueprint })
    await new Promise<void>(resolve =>
      running.on('progress', ({ counts }) => void (counts.succeeded > 10 && resolve())),
    )
    await startWorker(folder, redis.url)
    const ended = once(first, 'exit')
    first.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect((await running).counts).toMatchObject({ succeeded: JOBS, failed: 0 })
    expect(new Set(await calls()).size).toBe((await calls()).length)
  })

  test('functions of the program and stores inside it are refused before any call', async () => {
    await using redis = await startRedis()
    const { store } = await project()
    await expect(openEngine({ store: 'memory:', queue: redis.url })).rejects.toMatchObject({
      code: 'STORE_NOT_SHARED',
    })
    const work = defineProvider({ produce: async () => ({ outputs: { Text: 'x' } }) })
    await using engine = await openEngine({ store, providers: { work }, queue: redis.url })
    await expect(engine.run({ blueprint })).rejects.toMatchObject({ code: 'NOT_DISTRIBUTABLE' })
  })
})

test('a queue that is none is told from the start', async () => {
  await expect(openEngine({ queue: 'http://localhost' })).rejects.toMatchObject({ code: 'USAGE_INVALID' })
})

test.each([
  ['no queue', {}],
  ['another queue than Redis', { queue: 'http://localhost' }],
  ['nothing that is known to be allowed', { queue: 'redis://localhost', allow: ['commands'] }],
  ['no place', { queue: 'redis://localhost', places: 0 }],
])('a host with %s is refused', async (_, options) => {
  await expect(openWorker(options as WorkerOptions)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
})
