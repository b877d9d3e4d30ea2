import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { hasRedis, startRedis } from '../../support/fleet/redis-server.js'
import { fixtureModules } from '../../support/jobs/job-fixture.js'
import { startLimitedServer } from '../../support/servers/limited-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const CLI = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const JOBS = 100
const CONCURRENCY = 6

const blueprint = {
  name: 'shared',
  loops: { n: { count: JOBS } },
  producers: { Work: { loop: 'n', provider: 'service', outputs: { Text: 'text' } } },
}

const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

function start(folder: string, ...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  return child
}

describe.runIf(hasRedis)('two coordinators with one account', () => {
  test('never call more at once than its limit, both at the same time', async () => {
    await using redis = await startRedis()
    const server = await startLimitedServer({
      perWindow: 1e9,
      windowMs: 1e9,
      concurrency: CONCURRENCY,
      latencyMs: 150,
    })
    const folder = await temporaryFolder()
    const service = {
      module: fixtureModules.fetching,
      config: { url: server.url },
      limits: { concurrency: CONCURRENCY },
    }
    await writeFile(join(folder, 'showrunner.config.json'), JSON.stringify({ providers: { service } }))
    await writeFile(join(folder, 'shared.json'), JSON.stringify(blueprint))
    const fleet = ['--queue', redis.url, '--store', `file:${join(folder, 'movies')}`]
    const worker = start(folder, 'worker', '--json', ...fleet, '--places', '64', '--threads', '1')
    for await (const _ of createInterface(worker.stdout!)) break
    worker.stdout!.resume()

    const runs = ['first', 'second'].map(movie => {
      const child = start(
        folder,
        'run',
        'shared.json',
        '--movie',
        movie,
        '--concurrency',
        '32',
        '--json',
        ...fleet,
      )
      child.stdout!.resume()
      return once(child, 'exit')
    })
    const ends = await Promise.all(runs)
    expect(ends).toEqual([
      [0, null],
      [0, null],
    ])
    // A call too many would have been refused, and sent again.
    expect([server.acceptedAtMs.length, server.refusedAtMs.length]).toEqual([2 * JOBS, 0])
  }, 60_000)
})
