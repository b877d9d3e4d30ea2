import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { jsonOf } from '../../support/cli/cli.js'
import { FleetProject } from '../../support/fleet/fleet-project.js'
import { hasRedis, startRedis } from '../../support/fleet/redis-server.js'
import { rounds } from '../../support/rounds.js'

const JOBS = 20
const SILENCE_MS = rounds(6_000, 12_000)
/** Longer than a fleet waits for a host that says nothing. */
const SUSPENDED_MS = rounds(10_000, 20_000)

async function fleet(workMs: (number: number) => number) {
  const redis = await startRedis()
  const project = await FleetProject.open({ queue: redis.url, jobs: JOBS, silenceMs: SILENCE_MS, workMs })
  const hosts = await Promise.all([project.startHost(), project.startHost()])
  return { redis, project, hosts }
}

test.runIf(hasRedis)(
  `a host that stands still for ${SUSPENDED_MS / 1_000} s and goes on disturbs nobody, and a coordinator that does is fenced`,
  async () => {
    const one = async () => {
      const { redis, project, hosts } = await fleet(number => 100 + (number % 5) * 200)
      await using _ = redis
      const run = project.startRun('movie')
      await project.service.charged(JOBS)
      hosts[0]!.child.kill('SIGSTOP')
      await sleep(SUSPENDED_MS)
      hosts[0]!.child.kill('SIGCONT')
      const end = await run.ended
      expect(end.code, end.stderr).toBe(0)
      // Also what it has made for nobody is recorded once.
      expect(await project.faultsOf('movie', JOBS), end.stderr).toEqual([])
    }
    const other = async () => {
      const { redis, project } = await fleet(number => 100 + (number % 5) * 200)
      await using _ = redis
      const first = project.startRun('movie')
      await project.service.charged(JOBS)
      first.child.kill('SIGSTOP')
      const second = project.startRun('movie', { args: ['--takeover'] })
      const end = await second.ended
      expect(end.code, end.stderr).toBe(0)
      expect(jsonOf(end)).toMatchObject({ status: 'succeeded' })
      const charges = project.service.charges.length
      first.child.kill('SIGCONT')
      expect(jsonOf(await first.ended)).toMatchObject({
        error: { code: expect.stringMatching(/^(WRITER_FENCED|MOVIE_BUSY)$/) },
      })
      expect(await project.faultsOf('movie', JOBS), end.stderr).toEqual([])
      expect(project.service.charges).toHaveLength(charges)
    }
    await Promise.all([one(), other()])
  },
  240_000,
)
