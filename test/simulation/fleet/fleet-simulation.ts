import type { Plan } from '../../../src/plan/plan.js'
import { readFrame } from '../../../src/workers/fleet/wire/frame.js'
import { heardWorks, type TellsOfWorks } from '../../../src/workers/fleet/wire/told-works.js'
import { planOf } from '../../support/blueprint/blueprints.js'
import {
  FleetWorld,
  type SimulatedCoordinator,
  type SimulatedHost,
  type WorldOptions,
} from './fleet-world.js'
import type { Protection } from './paid-service.js'
import { madeOf } from './simulated-executor.js'

const JOBS = 24
const PROTECTIONS: readonly Protection[] = ['key', 'checkpoint', 'both', 'none']
/** Trouble comes within this, in milliseconds, and ends some time after. */
const TROUBLE_MS = 60_000
/** By then a coordinator knows that there is a later one. */
const SUPERSEDED_MS = 10_000
const END_LIMIT_MS = 1_800_000

const plan = (style: string): Plan =>
  planOf({
    name: 'simulated',
    loops: { n: { count: JOBS } },
    producers: {
      Same: { loop: 'n', provider: 'p', with: { n: '${index.n}' }, outputs: { Text: 'text' } },
      Styled: { loop: 'n', provider: 'p', with: { n: '${index.n}', style }, outputs: { Text: 'text' } },
    },
  })
const OLD = plan('old')
/** The one that is made in the end. */
export const NEW = plan('new')

/** What goes wrong, besides processes that stand still and die. */
type Trouble =
  /** Nothing is lost by the queue, and nobody is cut off: as Redis is while it runs. */
  | 'deaths'
  /** Networks are cut and come back. */
  | 'cuts'
  /** The queue also loses, doubles and delays frames, as when it fails over without its tail. */
  | 'losses'

/** Breaks a rule on purpose, to show that the simulation would notice. */
export type Sabotage = Pick<WorldOptions, 'spoilRun'> & Pick<NonNullable<WorldOptions['view']>, 'tamper'>

/** A linear congruential generator: quick, and good enough to shuffle. */
function generator(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 8) / 0x1_00_0000
  }
  for (let skipped = 0; skipped < 4; skipped++) next()
  return next
}

const protectionOf = (jobId: string): Protection =>
  PROTECTIONS[Number(jobId.match(/\[(\d+)/)![1]) % PROTECTIONS.length]!

/**
 * A fleet works at a movie with the real coordinators, sessions and hosts, while hosts and coordinators die, stand still
 * or are cut off, and the queue does what the seed says; the last coordinator, undisturbed, makes the rest. Afterwards
 * each job has succeeded with its own inputs, and nothing was paid twice that had a key or a checkpoint in the log.
 * @returns what came of it @throws what is wrong
 */
export async function simulateFleet(
  seed: number,
  sabotage: Sabotage = {},
): Promise<{ deaths: number; nowMs: number }> {
  const random = generator(seed)
  const trouble = (['deaths', 'cuts', 'losses'] as const)[seed % 3]!
  const between = (from: number, to: number) => from + random() * (to - from)
  const witness = new Witness(trouble)
  let isCalm = false
  const world: FleetWorld = new FleetWorld({
    random,
    protectionOf,
    workMs: () => between(200, 25_000),
    hostSessions: seed % 2 === 0 ? 1 : 4,
    network: networkOf(
      trouble,
      random,
      () => world.time.nowMs,
      () => isCalm,
    ),
    view: {
      loses: () => trouble === 'losses' && !isCalm && random() < 0.03,
      tamper: sabotage.tamper,
      onSent: (pipe, frame) => witness.sent(pipe, frame),
    },
    onStarted: (work, token) => witness.started(work, token, world),
    ...(sabotage.spoilRun && { spoilRun: sabotage.spoilRun }),
  })
  world.service.onCharge = (work, token) => witness.charged(work, token, world)

  const hosts: SimulatedHost[] = [world.startHost(), world.startHost(), world.startHost()]
  let coordinator = world.startCoordinator(OLD)
  let deaths = 0
  const isOver = () => coordinator.end === 'succeeded' || world.time.nowMs > TROUBLE_MS
  const pick = () => hosts[Math.floor(random() * hosts.length)]!
  const next = () => {
    if (isCalm) return
    coordinator = world.startCoordinator(random() < 0.6 ? NEW : OLD)
  }
  let mayCut = true
  let wasCut = false
  const cut = ({ process }: { process: SimulatedHost['process'] }) => {
    if (!mayCut) return
    wasCut = true
    process.cut((['out', 'in', 'both'] as const)[Math.floor(random() * 3)]!, between(500, 30_000))
  }
  /** It does not hear that another one has taken over, and its user gives it up: hosts work for the other one. */
  const cancelZombie = () => {
    if (wasCut) return
    mayCut = false
    const zombie = coordinator
    zombie.process.cut('in', 60_000)
    world.time.after(1_000, next)
    world.time.after(18_000, () => zombie.cancel())
  }
  const acts: (() => void)[] = [
    () => {
      pick().kill()
      deaths++
    },
    () => hosts.push(world.startHost()),
    () => {
      hosts.push(world.startHost())
      pick().drain(between(0, 20_000))
    },
    () => {
      coordinator.process.kill()
      deaths++
      world.time.after(between(0, 20_000), next)
    },
    () => {
      // It comes back, and finds that another one writes.
      coordinator.process.pause(between(5_000, 40_000))
      world.time.after(between(500, 20_000), next)
    },
    ...(trouble === 'deaths'
      ? []
      : [() => pick().process.pause(between(500, 30_000)), () => cut(pick()), () => cut(coordinator)]),
    ...(trouble === 'cuts' ? [cancelZombie] : []),
  ]
  for (let count = 2 + Math.floor(random() * 5); count > 0; count--)
    world.time.after(between(0, TROUBLE_MS), () => acts[Math.floor(random() * acts.length)]!())
  await world.time.runUntil(isOver, 10 * TROUBLE_MS)

  isCalm = true
  world.startHost()
  coordinator.process.kill()
  const last: SimulatedCoordinator = world.startCoordinator(NEW)
  await world.time.runUntil(() => last.end !== undefined, END_LIMIT_MS)
  if (last.end !== 'succeeded') throw new Error(`the last run ended with ${last.end}`)
  if (witness.wrong !== undefined) throw new Error(`${trouble}: ${witness.wrong}`)
  checkLog(world)
  return { deaths, nowMs: world.time.nowMs }
}

function networkOf(
  trouble: Trouble,
  random: () => number,
  nowMs: () => number,
  isCalm: () => boolean,
): WorldOptions['network'] {
  const lastAtMs = new Map<string, number>()
  return pipe => {
    if (trouble === 'losses' && !isCalm()) {
      const copies = random() < 0.05 ? 0 : random() < 0.1 ? 2 : 1
      return { copies, delayMs: random() < 0.1 ? random() * 5_000 : random() * 20 }
    }
    // In order, as a stream is.
    const atMs = Math.max(
      lastAtMs.get(pipe) ?? 0,
      nowMs() + (random() < 0.02 ? random() * 3_000 : random() * 20),
    )
    lastAtMs.set(pipe, atMs)
    return { copies: 1, delayMs: atMs - nowMs() }
  }
}

/** Looks on, and keeps what was wrong. */
class Witness {
  readonly #trouble: Trouble
  /** Work of which the queue has a success. */
  readonly #sent = new Set<string>()
  /** Events in the log when work was begun last. */
  readonly #knownAt = new Map<string, number>()
  /** The first thing that was. */
  wrong: string | undefined

  constructor(trouble: Trouble) {
    this.#trouble = trouble
  }

  sent(pipe: string, frame: string): void {
    if (!pipe.endsWith('/up')) return
    const { messages = [] } = readFrame(frame)
    for (const message of messages as ({ type: string } & TellsOfWorks)[]) {
      if (message.type !== 'messages') continue
      for (const { message: told, key } of heardWorks(message))
        if (told.type === 'job.settled' && told.outcome.state === 'succeeded') this.#sent.add(key!)
    }
  }

  started(work: string, token: number, { log, time }: FleetWorld): void {
    this.#knownAt.set(`${work} ${token}`, log.events.length)
    if (this.#trouble !== 'deaths') return
    if (token < log.token && time.nowMs > log.openedAtMs + SUPERSEDED_MS)
      this.#say(`${work} starts for a coordinator that was superseded long ago`)
    if (token === log.token && this.#sent.has(work))
      this.#say(`${work} starts, although the queue has its result`)
  }

  charged(work: string, token: number, { log, service }: FleetWorld): void {
    const [jobId, inputsHash] = work.split('\n') as [string, string]
    const protection = protectionOf(jobId)
    if (protection === 'key' || protection === 'both')
      if (service.charges.has(work)) this.#say(`${work} has a key, and is paid twice`)
    // Whoever does not know yet that it was superseded does not know what is in the log since.
    if (token < log.token || protection === 'key' || protection === 'none') return
    // What is recorded while a call is on its way comes too late for it.
    const known = log.events.slice(0, this.#knownAt.get(`${work} ${token}`))
    const last = known.findLast(
      event => 'jobId' in event && event.jobId === jobId && event.type !== 'job.failed',
    )
    if (last?.type === 'job.submitted' && last.inputsHash === inputsHash)
      this.#say(`${work} is submitted again, although its checkpoint is in the log`)
  }

  #say(what: string): void {
    this.wrong ??= what.replaceAll('\n', ' ')
  }
}

/** The last success of each job is of the inputs that it has in the end. */
function checkLog({ log }: FleetWorld): void {
  const made = new Map<string, unknown>()
  for (const event of log.events) if (event.type === 'artifact') made.set(event.artifactId, event.value)
  for (let n = 0; n < JOBS; n++)
    for (const [producer, inputs] of [
      ['Same', { n }],
      ['Styled', { n, style: 'new' }],
    ] as const) {
      const jobId = `${producer}[${n}]`
      const found = [...made].find(([id]) => id.includes(jobId))?.[1]
      if (found !== madeOf(found === undefined ? jobId : String(found).split(' of ')[0]!, inputs))
        throw new Error(`${jobId} is ${JSON.stringify(found)}`)
    }
}
