import { expect, test } from 'vitest'
import { planOf } from '../../support/blueprint/blueprints.js'
import { rounds } from '../../support/rounds.js'
import { seededRandom } from '../../support/seeded.js'
import { FleetWorld, type SimulatedHost } from './fleet-world.js'

/** `HOSTS=100 PLACES=100 npx vitest run test/simulation/fleet/fleet-scale` prints what docs/scaling.md says. */
const HOSTS = Number(process.env.HOSTS ?? rounds(10, 100))
const PLACES = Number(process.env.PLACES ?? rounds(20, 100))
/** Jobs of each place. */
const ROUNDS = 8
const JOBS = HOSTS * PLACES * ROUNDS
const WORK_MS = 10_000
/** Hosts that are killed, hosts that are told to end, and those that come for them. */
const KILLED = HOSTS / 10
const DRAINED = HOSTS / 10
const KILL_MS = 2.5 * WORK_MS
const DRAIN_MS = 4 * WORK_MS
const REPLACED_AFTER_MS = 5_000
/** When it is looked how many jobs each host that was there from the start has settled. */
const LOOK_MS = 6 * WORK_MS
/** Everything happens at multiples of this, so that much of it happens together. */
const GRAIN_MS = 10
const LIMIT_MS = 100 * WORK_MS
/** A host that has been silent for long enough is given up at the next beat; its jobs start elsewhere within the one after. */
const BEATS = 6
const ELSEWHERE_BEATS = BEATS + 3
/** For appends, and ways through the queue. */
const ON_THE_WAY_MS = 1_000

const numberOf = (host: string) => Number(host.split('-')[1])
const grained = (ms: number) => Math.ceil(ms / GRAIN_MS) * GRAIN_MS

test.each([
  ['undisturbed', false, 12_000],
  ['with hosts that die and hosts that leave', true, 12_000],
  // Less than hosts beat in, unless they have heard of it.
  ['with hosts that are given up after 1.5 s', true, 1_500],
])(
  `${HOSTS} hosts of ${PLACES} places share ${JOBS} jobs, %s`,
  async (_, isDisturbed, silenceMs) => {
    const random = seededRandom('scale')
    const startedAtMs = new Map<string, number[]>()
    let workMs = 0
    const frames = { up: 0, down: 0 }
    const world: FleetWorld = new FleetWorld({
      random: () => 0.5,
      protectionOf: () => 'key',
      workMs: () => {
        const ms = grained(WORK_MS * (0.5 + random()))
        workMs += ms
        return ms
      },
      hostPlaces: PLACES,
      hostSessions: 1,
      hostSilenceMs: silenceMs,
      concurrency: HOSTS * PLACES,
      network: () => ({ copies: 1, delayMs: GRAIN_MS }),
      view: { onSent: pipe => void frames[pipe.endsWith('/up') ? 'up' : 'down']++ },
      onStarted: work => {
        const starts = startedAtMs.get(work)
        if (starts === undefined) startedAtMs.set(work, [world.time.nowMs])
        else starts.push(world.time.nowMs)
      },
    })
    const hosts: SimulatedHost[] = Array.from({ length: HOSTS }, () => world.startHost())
    const later = (atMs: number, count: number, act: (host: SimulatedHost) => void) => {
      world.time.after(atMs, () => hosts.splice(0, count).forEach(act))
      world.time.after(atMs + REPLACED_AFTER_MS, () => {
        for (let added = 0; added < count; added++) hosts.push(world.startHost())
      })
    }
    if (isDisturbed) {
      later(KILL_MS, KILLED, host => host.kill())
      later(DRAIN_MS, DRAINED, host => host.drain(2 * WORK_MS))
    }
    const loop = { n: { count: JOBS } }
    const producer = {
      loop: 'n',
      provider: 'p',
      with: { n: '${index.n}' },
      outputs: { Text: 'text' },
    } as const
    const cpu = process.cpuUsage()
    const coordinator = world.startCoordinator(
      planOf({ name: 'simulated', loops: loop, producers: { Work: producer } }),
    )
    let settled: readonly number[] = []
    world.time.after(LOOK_MS, () => {
      const whole = coordinator
        .hosts()
        .filter(({ state, host }) => state === 'running' && numberOf(host) <= HOSTS)
      settled = whole.map(host => host.settled)
    })
    await world.time.runUntil(() => coordinator.end !== undefined, LIMIT_MS)
    const { user, system } = process.cpuUsage(cpu)

    expect(coordinator.end).toBe('succeeded')
    const losses = world.log.events.filter(
      event => event.type === 'job.failed' && event.error.code === 'worker_lost',
    ).length
    const again = [...startedAtMs.values()].filter(starts => starts.length > 1)
    const afterKillMs = again.map(starts => starts.at(-1)! - KILL_MS).sort((one, other) => one - other)
    const idealMs = workMs / (HOSTS * PLACES)
    console.log(
      JSON.stringify({
        hosts: HOSTS,
        isDisturbed,
        silenceMs,
        jobs: JOBS,
        virtualS: world.time.nowMs / 1_000,
        ofIdeal: idealMs / world.time.nowMs,
        losses,
        elsewhereAfterS: [afterKillMs[0], afterKillMs.at(-1)].map(ms => (ms ?? 0) / 1_000),
        settledByHost: [Math.min(...settled), Math.max(...settled)],
        framesAJob: (frames.up + frames.down) / JOBS,
        framesASecond: ((frames.up + frames.down) / world.time.nowMs) * 1_000,
        cpuUsAJob: (user + system) / JOBS,
      }),
    )
    // Each was paid once, was lost at most once, and went on as soon as its host had been silent for long enough.
    expect([...world.service.charges.values()].every(count => count === 1)).toBe(true)
    expect(world.service.charges.size).toBe(JOBS)
    expect(losses > 0).toBe(isDisturbed)
    expect(losses).toBeLessThanOrEqual(KILLED * PLACES)
    expect(afterKillMs.at(-1) ?? 0).toBeLessThanOrEqual((silenceMs / BEATS) * ELSEWHERE_BEATS + ON_THE_WAY_MS)
    expect(Math.max(...settled) / Math.min(...settled)).toBeLessThan(2)
  },
  24 * 60 * 60_000,
)
