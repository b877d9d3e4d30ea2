import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { FleetProject } from '../../support/fleet/fleet-project.js'
import { namespacesMissing, openNamespace } from '../../support/fleet/network-namespace.js'
import { hasRedis, startRedis } from '../../support/fleet/redis-server.js'
import { rounds } from '../../support/rounds.js'

const JOBS = 20
const SILENCE_MS = rounds(6_000, 12_000)
/** Longer than a fleet waits for a host that says nothing. */
const CUT_MS = SILENCE_MS + 4_000
const reason = namespacesMissing ?? (hasRedis ? undefined : 'there is no redis-server')

/** Packets between the host and all others: Redis and the service. */
const CUTS = [
  { what: 'in both directions', directions: ['in', 'out'] },
  { what: 'from what is sent to it', directions: ['in'] },
  { what: 'from those that it talks to', directions: ['out'] },
] as const

test.skipIf(reason !== undefined).each(CUTS.slice(0, rounds(1, CUTS.length)))(
  `a host in a network of its own is cut off $what and comes back${reason === undefined ? '' : `, skipped: ${reason}`}`,
  async ({ directions }) => {
    using namespace = openNamespace(CUTS.findIndex(cut => cut.directions === directions))
    const { address, launcher } = namespace
    await using redis = await startRedis('--bind', '127.0.0.1', address, '--protected-mode', 'no')
    const project = await FleetProject.open({
      queue: redis.url,
      jobs: JOBS,
      silenceMs: SILENCE_MS,
      address,
      workMs: number => 100 + (number % 5) * 200,
    })
    await Promise.all([
      project.startHost({ queue: `redis://${address}:${redis.port}`, launcher }),
      project.startHost(),
    ])
    const run = project.startRun('movie')
    await project.service.charged(JOBS)
    namespace.lose(...directions)
    await sleep(CUT_MS)
    namespace.heal()
    const end = await run.ended
    expect(end.code, end.stderr).toBe(0)
    expect(await project.faultsOf('movie', JOBS), end.stderr).toEqual([])
  },
  240_000,
)
