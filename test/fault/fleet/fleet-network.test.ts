import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { FleetProject } from '../../support/fleet/fleet-project.js'
import { hasRedis, startRedis } from '../../support/fleet/redis-server.js'
import { startTcpProxy, type TcpProxy } from '../../support/fleet/tcp-proxy.js'
import { rounds } from '../../support/rounds.js'

const JOBS = 20
const SILENCE_MS = rounds(6_000, 12_000)
/** Longer than a fleet waits for a host that says nothing. */
const CUT_MS = SILENCE_MS + 4_000

/** What happens to the way of one host to Redis, in the middle of a run. */
const TROUBLE: Readonly<Record<string, { happens(proxy: TcpProxy): Promise<void> | void; isLong?: true }>> = {
  'is slow in both directions': {
    happens(proxy) {
      proxy.delay('toServer', 300)
      proxy.delay('toClient', 700)
    },
  },
  'is cut, and comes back': {
    async happens(proxy) {
      proxy.cut()
      await sleep(CUT_MS)
      proxy.heal()
    },
  },
  'carries nothing to it, and comes back': {
    async happens(proxy) {
      proxy.lose('toClient')
      await sleep(CUT_MS)
      proxy.heal()
    },
    isLong: true,
  },
  'carries nothing from it, and comes back': {
    async happens(proxy) {
      proxy.lose('toServer')
      await sleep(CUT_MS)
      proxy.heal()
    },
    isLong: true,
  },
  'forgets its connections': {
    happens(proxy) {
      proxy.forget()
    },
    isLong: true,
  },
}

const tried = Object.entries(TROUBLE).filter(([, { isLong }]) => !isLong || rounds(0, 1) === 1)

test.runIf(hasRedis)(
  `a run goes on when the way of a host to Redis ${tried.map(([name]) => name).join(', ')}`,
  async () => {
    const one = async ([name, { happens }]: (typeof tried)[number]) => {
      await using redis = await startRedis()
      await using proxy = await startTcpProxy(redis.port)
      const queue = redis.url
      const project = await FleetProject.open({
        queue,
        jobs: JOBS,
        silenceMs: SILENCE_MS,
        workMs: number => 100 + (number % 5) * 200,
      })
      await Promise.all([
        project.startHost({ queue: `redis://127.0.0.1:${proxy.port}` }),
        project.startHost(),
      ])
      const run = project.startRun('movie')
      await project.service.charged(JOBS)
      await happens(proxy)
      const end = await run.ended
      expect([name, end.code], end.stderr).toEqual([name, 0])
      expect([name, await project.faultsOf('movie', JOBS)], end.stderr).toEqual([name, []])
    }
    await Promise.all(tried.map(one))
  },
  300_000,
)
