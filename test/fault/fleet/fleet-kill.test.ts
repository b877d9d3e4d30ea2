import { expect, test } from 'vitest'
import { type CliProcess, jsonOf } from '../../support/cli/cli.js'
import { FleetProject } from '../../support/fleet/fleet-project.js'
import type { LogFile } from '../../support/fleet/log-file.js'
import { hasRedis, startRedis } from '../../support/fleet/redis-server.js'
import { rounds } from '../../support/rounds.js'
import { seededRandom } from '../../support/seeded.js'

/** `FLEET_ROUNDS=200 npx vitest run test/fault/fleet/fleet-kill` tries so many. */
const ROUNDS = Number(process.env.FLEET_ROUNDS ?? rounds(2, 24))
/** Rounds at the same time, each with a fleet of its own: most of a round is waiting for hosts that are gone. */
const LANES = Math.min(ROUNDS, Number(process.env.FLEET_LANES ?? rounds(2, 4)))
const HOSTS = 3
/** Of hosts that are gone; most of a round waits for it. */
const SILENCE_MS = rounds(6_000, 12_000)
const JOBS = 50
/** Calls of the service, and lines of the log, of a movie that nobody disturbs. */
const CALLS = 4 * JOBS
const LINES = 5 * JOBS

/** How many hosts are killed. The first round kills a coordinator, the second one a host. */
const HOST_DEATHS = { coordinator: 0, host: 1, both: 1, 'two hosts': 2 } as const
const DEATHS = ['coordinator', 'host', 'both', 'two hosts'] as const

test.runIf(hasRedis)(
  `${ROUNDS} movies whose hosts and coordinators are killed: nothing is lost, or paid again that had a key or a checkpoint`,
  async () => {
    const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000)
    console.log(`To repeat it: KILL_SEED=${seed}`)
    const made: Made = { coordinators: 0, hosts: 0, chargedAgain: 0 }
    let next = 0
    const lane = async () => {
      await using redis = await startRedis()
      const project = await FleetProject.open({
        queue: redis.url,
        jobs: JOBS,
        silenceMs: SILENCE_MS,
        // Some of it lasts so long that the others are done.
        workMs: number => (number % 9 === 0 ? 1_500 : 20 + (number % 5) * 40),
      })
      const hosts = await Promise.all(Array.from({ length: HOSTS }, () => project.startHost()))
      while (next < ROUNDS) await round(project, hosts, { seed, number: next++, made })
    }
    await Promise.all(Array.from({ length: LANES }, lane))
    console.log(JSON.stringify(made))
    // Otherwise it would have shown nothing.
    expect(made.coordinators + made.hosts).toBeGreaterThanOrEqual(ROUNDS * 0.8)
  },
  60_000 + ROUNDS * 60_000,
)

interface Made {
  coordinators: number
  hosts: number
  /** Of submissions whose checkpoint was not in the log, when whoever made them was killed. */
  chargedAgain: number
}

/** One movie, from its first run to its end; the hosts that were killed are replaced. */
async function round(
  project: FleetProject,
  hosts: CliProcess[],
  { seed, number, made }: { seed: number; number: number; made: Made },
): Promise<void> {
  const random = seededRandom(`${seed} ${number}`)
  const pick = <Thing>(things: readonly Thing[]) => things[Math.floor(random() * things.length)]!
  const movie = `round-${number}`
  const log = project.log(movie)
  const callsBefore = project.service.callCount
  const story: string[] = []
  let run = project.startRun(movie)
  for (let kills = 1 + Math.floor(random() * 3); kills > 0; kills--) {
    await drawnMoment(project, { log, callsBefore, random, run })
    if (run.child.exitCode !== null) break
    const death = story.length === 0 && number < DEATHS.length ? DEATHS[number]! : pick(DEATHS)
    story.push(`${death} after ${log.lineCount} lines and ${project.service.callCount - callsBefore} calls`)
    for (let count = HOST_DEATHS[death]; count > 0; count--) {
      hosts.splice(hosts.indexOf(pick(hosts)), 1)[0]!.child.kill('SIGKILL')
      made.hosts++
    }
    if (death === 'coordinator' || death === 'both') {
      made.coordinators++
      run.child.kill('SIGKILL')
      await run.ended
      if (log.lineCount > 0) expect(await project.verify(movie), movie).toMatchObject({ code: 0 })
      run = project.startRun(movie)
    }
    while (hosts.length < HOSTS) hosts.push(await project.startHost())
  }
  const end = await run.ended
  const where = `round ${number} of seed ${seed}: ${story.join(', ')}\n${end.stderr}`
  expect(end.code, where + end.stdout).toBe(0)
  expect(jsonOf(end), where).toMatchObject({ status: 'succeeded' })
  expect(await project.faultsOf(movie, JOBS), where).toEqual([])
  made.chargedAgain += project.service.of(movie).length - 2 * JOBS
  if (process.env.FLEET_ROUNDS !== undefined) console.log(`${new Date().toISOString()} ${where}`)
}

/** Once the service has had so many calls, or the log so many lines; or the run is over. */
async function drawnMoment(
  { service }: FleetProject,
  {
    log,
    callsBefore,
    random,
    run,
  }: { log: LogFile; callsBefore: number; random: () => number; run: CliProcess },
): Promise<void> {
  const part = random()
  const over = new AbortController()
  const moment =
    random() < 0.5
      ? service.called(callsBefore + Math.round(part * CALLS))
      : log.has(({ lineCount }) => lineCount >= part * LINES, over.signal)
  await Promise.race([moment, run.ended])
  over.abort()
}

test.runIf(hasRedis)(
  'a coordinator that is killed while all hosts wait for their checkpoints to be recorded has a successor',
  async () => {
    await using redis = await startRedis()
    const project = await FleetProject.open({ queue: redis.url, jobs: 4, silenceMs: SILENCE_MS })
    await project.startHost()
    const first = project.startRun('movie')
    // The checkpoint comes after the answer to this.
    project.service.onCharge = ({ key }) => {
      if (key === undefined) first.child.kill('SIGKILL')
    }
    await first.ended
    project.service.onCharge = () => {}
    const second = await project.startRun('movie').ended
    expect(second.code, second.stderr).toBe(0)
    expect(await project.faultsOf('movie', 4)).toEqual([])
    // Each submission was charged once, since it was resumed.
    expect(project.service.charges).toHaveLength(8)
  },
  120_000,
)
