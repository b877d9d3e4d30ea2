import { expect, test } from 'vitest'
import { type CliProcess, jsonOf } from '../../support/cli/cli.js'
import { FleetProject } from '../../support/fleet/fleet-project.js'
import { hasRedis, type RedisServer, startRedis } from '../../support/fleet/redis-server.js'
import { startTcpProxy } from '../../support/fleet/tcp-proxy.js'
import { rounds } from '../../support/rounds.js'

const JOBS = 30
/** Of so many charges when Redis fails. */
const PART = 20
const SILENCE_MS = rounds(6_000, 12_000)

interface Scene {
  readonly redis: RedisServer
  readonly project: FleetProject
  readonly hosts: readonly CliProcess[]
  readonly run: CliProcess
}

/** What happens to the Redis of a run, in the middle of it. */
const TROUBLE: Readonly<
  Record<string, { settings?: readonly string[]; happens(scene: Scene): Promise<void> }>
> = {
  'is killed, and comes back empty': {
    async happens({ redis, project }) {
      await redis.kill()
      await project.service.idle()
      await redis.restart()
    },
  },
  'is killed, and comes back with what its file has': {
    settings: ['--appendonly', 'yes', '--appendfsync', 'always'],
    async happens({ redis, project }) {
      await redis.kill()
      await project.service.idle()
      await redis.restart()
    },
  },
  'loses everything while it runs': {
    async happens({ redis }) {
      await redis.send('FLUSHALL')
    },
  },
  'is full for a while': {
    async happens({ redis, project }) {
      await redis.send('CONFIG', 'SET', 'maxmemory', '1')
      await project.service.idle()
      await redis.send('CONFIG', 'SET', 'maxmemory', '0')
    },
  },
}

async function scene(redis: RedisServer, queue = redis.url): Promise<Scene> {
  const project = await FleetProject.open({
    queue,
    jobs: JOBS,
    silenceMs: SILENCE_MS,
    workMs: number => 100 + (number % 5) * 100,
  })
  const hosts = await Promise.all([project.startHost(), project.startHost()])
  const run = project.startRun('movie')
  await project.service.charged(PART)
  return { redis, project, hosts, run }
}

async function endsWell({ project, run }: Scene, name = ''): Promise<void> {
  const end = await run.ended
  const where = `${name}\n${end.stderr}`
  expect(end.code, end.stdout + where).toBe(0)
  expect(jsonOf(end), where).toMatchObject({ status: 'succeeded' })
  expect(await project.faultsOf('movie', JOBS), where).toEqual([])
}

test.runIf(hasRedis)(
  `a run goes on whose Redis ${Object.keys(TROUBLE).join('; ')}`,
  async () => {
    const one = async ([name, { settings, happens }]: [string, (typeof TROUBLE)[string]]) => {
      await using redis = await startRedis(...(settings ?? []))
      const found = await scene(redis)
      await happens(found)
      await endsWell(found, name)
    }
    await Promise.all(Object.entries(TROUBLE).map(one))
  },
  240_000,
)

test.runIf(hasRedis)(
  'a run whose Redis fails over to a replica that misses the last frames goes on',
  async () => {
    await using primary = await startRedis()
    await using replica = await startRedis('--replicaof', '127.0.0.1', String(primary.port))
    await using proxy = await startTcpProxy(primary.port)
    const found = await scene(primary, `redis://127.0.0.1:${proxy.port}`)
    await replica.send('REPLICAOF', 'NO', 'ONE')
    await found.project.service.charged(2 * PART)
    await primary.kill()
    proxy.moveTo(replica.port)
    await endsWell(found)
  },
  120_000,
)

test.runIf(hasRedis)(
  'a run goes on whose Redis and host are killed together',
  async () => {
    await using redis = await startRedis()
    const found = await scene(redis)
    found.hosts[0]!.child.kill('SIGKILL')
    await redis.kill()
    await redis.restart()
    await endsWell(found)
  },
  120_000,
)
