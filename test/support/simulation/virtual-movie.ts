import type { ProducerDefinition } from '../../../src/blueprint/blueprint-schema.js'
import { createRun } from '../../../src/coordinator/create-run.js'
import type { Effect } from '../../../src/coordinator/effect.js'
import { Admission } from '../../../src/coordinator/limits/admission.js'
import type { Limiter } from '../../../src/coordinator/limits/limiter.js'
import type { Learning } from '../../../src/coordinator/limits/limiter-settings.js'
import { RunAdmission } from '../../../src/coordinator/limits/run-admission.js'
import type { LiveRun } from '../../../src/coordinator/live-run.js'
import type { ControlMessage, DataMessage } from '../../../src/coordinator/message.js'
import type { RunOptions } from '../../../src/coordinator/run-options.js'
import { takeTurn } from '../../../src/coordinator/transition/transition.js'
import type { JobOutcome } from '../../../src/model/job.js'
import type { JobFailed, MovieEvent } from '../../../src/model/movie/event.js'
import { MovieState } from '../../../src/model/movie/movie-state.js'
import { seededRandom } from '../../../src/model/seeded-random.js'
import { EventQueue } from '../../../src/rehearsal/event-queue.js'
import { plainSettings, planOf } from '../blueprint/blueprints.js'

export interface VirtualCall {
  readonly job: number
  /** Its producer, from 0. */
  readonly family: number
  /** From 1, in this run. */
  readonly nth: number
  readonly atMs: number
  /** Who is called: 0 for the first. */
  readonly place: number
}

export interface VirtualAnswer {
  readonly afterMs: number
  readonly outcome: JobOutcome
}

export interface VirtualMovie {
  readonly live: LiveRun
  readonly events: readonly MovieEvent[]
  readonly calls: readonly VirtualCall[]
  readonly endedAtMs: number
  /** Calls of each job. */
  readonly callsOf: ReadonlyMap<number, number>
  /** How often the service was taken to be down. */
  readonly outageCount: number
  /** Jobs that failed for good. */
  readonly failed: readonly JobFailed[]
}

export interface VirtualMovieOptions {
  readonly jobs: number
  readonly concurrency: number
  readonly attempts?: number
  readonly outageWaitMs?: number
  /** Of the limiter of its provider. @default 'off' */
  readonly learning?: Learning
  /** Producers beside the first one: their jobs. @default none */
  readonly besides?: readonly number[]
  /** The limiters of each target. @default one, of the provider */
  readonly limitersOf?: (target: number, admission: Admission) => readonly Limiter[]
  /** Of the producers. */
  readonly fallback?: Pick<ProducerDefinition, 'provider' | 'fallback'>
}

export const MADE: JobOutcome = { state: 'succeeded', artifacts: [] }

/** Runs one producer on a virtual clock: the real plan, live, admission and turns, and a service that a test writes. */
export function virtualMovie(
  {
    jobs,
    concurrency,
    attempts = 3,
    outageWaitMs,
    learning = 'off',
    besides = [],
    limitersOf,
    fallback,
  }: VirtualMovieOptions,
  service: (call: VirtualCall) => VirtualAnswer,
): VirtualMovie {
  const plan = producersOf([jobs, ...besides], attempts, fallback)
  const admission = new Admission(Number.POSITIVE_INFINITY)
  const health = admission.health('p')
  const { targets } = plan
  const terms = Array.from({ length: targets.count }, (_, target) => ({
    limiters: limitersOf?.(target, admission) ?? [
      admission.limiter(targets.serviceOf(target).provider, { learning }),
    ],
    health: admission.health(targets.serviceOf(target).provider),
    later: targets.of(targets.familyOf(target)).slice(targets.placeOf(target) + 1),
    fallbackOn: plan.families[targets.familyOf(target)]!.producer.fallbackOn,
    price: undefined,
    isLocal: false,
    budgets: [],
    weight: 1,
    images: 0,
    maxOutputTokens: undefined,
    promptBytes: undefined,
  }))
  const live = createRun(
    plan,
    new MovieState(plan.createSlots()),
    {
      movieId: 'virtual' as RunOptions['movieId'],
      schedule: 'layers',
      concurrency,
      failFast: false,
      upToLayer: undefined,
      outageWaitMs,
      isRegenerated: () => false,
      settingsOf: plainSettings,
    },
    new RunAdmission(terms, admission, { weight: 1, wake: () => {}, outageWaitMs }),
  )
  const random = seededRandom('virtual movie')
  const queue = new EventQueue<Letter>()
  const events: MovieEvent[] = []
  const calls: VirtualCall[] = []
  const callsOf = new Map<number, number>()
  let nowMs = 0
  let alarm = 0
  let outageCount = 0
  let wasDown = false
  const perform = (effect: Effect) => {
    if (effect.type === 'dispatch')
      for (const { assignment } of effect.starts) {
        const { job, attempt } = assignment
        const nth = (callsOf.get(job) ?? 0) + 1
        callsOf.set(job, nth)
        const { family, target } = effect
        const call = { job, family: family.index, nth, atMs: nowMs, place: targets.placeOf(target) }
        calls.push(call)
        const { afterMs, outcome } = service(call)
        const data = { type: 'job.settled', job, attempt, durationMs: afterMs, outcome } as const
        queue.add(nowMs + afterMs, { data })
      }
    else if (effect.type === 'arm-retry')
      queue.add(nowMs + effect.delayMs, { control: { type: 'job.retry', job: effect.job } })
    else if (effect.type === 'arm-admission') queue.add(nowMs + effect.delayMs, { alarm: ++alarm })
  }
  let mail: Mail = { atMs: 0, control: [], data: [] }
  for (let turns = 0; ; turns++) {
    if (turns > 300_000) throw new Error('the run does not end')
    const turn = takeTurn(live, mail, { timestamp: '', nowMs, random })
    events.push(...turn.events)
    for (const effect of turn.effects) perform(effect)
    const isDown = health.outage !== undefined
    if (isDown && !wasDown) outageCount++
    wasDown = isDown
    mail = { atMs: nowMs, control: [], data: [] }
    if (live.schedule.hasMoreNow) continue
    if (live.isDone) break
    if (!receive(mail, queue, alarm))
      throw new Error(`the run hangs, with ${live.state.active.size} active jobs`)
    nowMs = mail.atMs
  }
  const failed = events.filter(event => event.type === 'job.failed' && !event.willRetry) as JobFailed[]
  return { live, events, calls, callsOf, endedAtMs: nowMs, outageCount, failed }
}

type Letter =
  | { readonly control: ControlMessage }
  | { readonly data: DataMessage }
  | { readonly alarm: number }

interface Mail {
  atMs: number
  readonly control: ControlMessage[]
  readonly data: DataMessage[]
}

/** What comes next, at one moment. An alarm that a later one has replaced wakes nobody. @returns false: nothing comes */
function receive(mail: Mail, queue: EventQueue<Letter>, alarm: number): boolean {
  while (mail.control.length === 0 && mail.data.length === 0) {
    if (queue.isEmpty) return false
    mail.atMs = Math.max(mail.atMs, queue.nextAtMs)
    while (queue.nextAtMs <= mail.atMs) {
      const letter = queue.take()!
      if ('data' in letter) mail.data.push(letter.data)
      else if ('control' in letter) mail.control.push(letter.control)
      else if (letter.alarm === alarm) mail.control.push({ type: 'admission.open' })
    }
  }
  return true
}

/** A producer for each number of jobs. */
function producersOf(jobs: readonly number[], attempts: number, fallback: VirtualMovieOptions['fallback']) {
  return planOf({
    name: 'virtual',
    loops: Object.fromEntries(jobs.map((count, at) => [`n${at}`, { count }])),
    producers: Object.fromEntries(
      jobs.map((_, at) => [
        at === 0 ? 'P' : `P${at}`,
        {
          loop: `n${at}`,
          provider: 'p',
          with: { n: `\${index.n${at}}` },
          retry: { attempts },
          ...fallback,
          outputs: { Out: 'text' },
        },
      ]),
    ),
  })
}
