import type { Clock } from '../../model/clock.js'
import type { JobAssignment, JobExecutor, JobMessage, JobSettled, JobTemplate } from '../../model/job.js'
import type { JobError } from '../../model/movie/event.js'
import { callOutcome } from './call-outcome.js'
import type { CallSample } from './call-sample.js'
import { pauseAfter } from './pause-after.js'
import { ascending, percentile } from './percentile.js'

export interface ClosedLoopParts {
  readonly template: JobTemplate
  /** The nth call, from 0. */
  readonly assignment: (call: number) => JobAssignment
  readonly clock: Clock
  readonly random: () => number
  readonly maxCalls: number
  /** Dollars that a settled call has cost. */
  readonly costOf: (settled: JobSettled) => number
}

interface Call {
  readonly place: number
  readonly beganAtMs: number
  /** Of a visit: its number; 0 for a burst. */
  readonly visit: number
}

/** Latencies that say how long a place waits after a refusal. */
const RECENT = 500

/**
 * Keeps so many calls in flight: each place makes its next call when the one before has settled. A refused one
 * waits as long as a call takes, so that the load that is offered stays that of its number of places.
 */
export class ClosedLoop implements AsyncDisposable {
  readonly #parts: ClosedLoopParts
  readonly #executor: JobExecutor
  readonly #flights = new Map<number, Call>()
  /** Places that take calls; the others end with the call they have. */
  #places = 0
  readonly #taken = new Set<number>()
  readonly #timers = new Set<() => void>()
  #visit = 0
  /** From then on all places are taken and none beyond them. */
  #steadyAtMs: number | undefined
  #samples: CallSample[] = []
  /** Places that have made a call since {@link enter}, or had one in flight. */
  #begun = new Set<number>()
  #latencies: number[] = []
  #freed: number[] = []
  #onIdle: (() => void) | undefined
  #onSamples: { readonly count: number; readonly resolve: () => void } | undefined
  calls = 0
  costUsd = 0
  /** Calls by what came of them, since the start. */
  readonly outcomes = { accepted: 0, refused: 0, failed: 0 }
  lastError: JobError | undefined
  lastOutcome: CallSample['outcome'] | undefined
  /** Calls since the last one that was accepted. */
  vainCalls = 0
  /** The longest pause that a refusal has asked for. */
  longestRetryAfterMs = 0

  constructor(
    open: (onMessages: (messages: readonly JobMessage[]) => void) => JobExecutor,
    parts: ClosedLoopParts,
  ) {
    this.#parts = parts
    this.#executor = open(messages => this.#receive(messages))
  }

  /** Goes to another level, or on with the same one: samples start again. */
  enter(places: number): void {
    this.#visit++
    this.#samples = []
    this.#begun = new Set()
    this.#places = places
    this.#steadyAtMs = undefined
    for (let place = 0; place < places; place++) if (!this.#taken.has(place)) this.#take(place)
    this.#noteSteady()
    this.#dispatchFreed()
  }

  get places(): number {
    return this.#places
  }

  /** What was measured since {@link enter}, without warm-up. */
  get samples(): readonly CallSample[] {
    return this.#samples
  }

  /** Resolves when so many calls were measured; forgotten with the next call of this. */
  samplesReach(count: number): Promise<void> {
    return new Promise(resolve => {
      this.#onSamples = { count, resolve }
    })
  }

  /** Makes no further call. Resolves when none is in flight. */
  async drain(): Promise<void> {
    this.#places = 0
    this.#freed = []
    for (const disarm of this.#timers) disarm()
    this.#timers.clear()
    this.#taken.clear()
    if (this.#flights.size > 0)
      await new Promise<void>(resolve => {
        this.#onIdle = resolve
      })
  }

  /** So many calls at the same moment, from idle; resolves with the number of those that were accepted. */
  async burst(calls: number): Promise<number> {
    this.#visit++
    this.#samples = []
    const before = this.outcomes.accepted
    const numbers = Array.from({ length: calls }, (_, place) => place)
    this.#send(numbers, 0)
    await this.drain()
    return this.outcomes.accepted - before
  }

  /** Ends the calls in flight, and makes no further one. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#places = 0
    for (const disarm of this.#timers) disarm()
    await this.#executor.close()
  }

  #take(place: number): void {
    this.#taken.add(place)
    this.#freed.push(place)
  }

  #dispatchFreed(): void {
    const places = this.#freed
    this.#freed = []
    this.#send(places, this.#visit)
  }

  #send(places: readonly number[], visit: number): void {
    const count = Math.min(places.length, this.#parts.maxCalls - this.calls)
    for (const place of places.slice(count)) this.#taken.delete(place)
    if (count <= 0) return
    const beganAtMs = this.#parts.clock.monotonicMs()
    const jobs = places.slice(0, count).map(place => {
      const assignment = this.#parts.assignment(this.calls++)
      this.#flights.set(assignment.job, { place, beganAtMs, visit })
      return assignment
    })
    this.#executor.dispatch(this.#parts.template, jobs)
  }

  #receive(messages: readonly JobMessage[]): void {
    for (const message of messages) {
      if (message.type === 'job.settled') this.#settle(message)
      else if (message.type === 'job.checkpoint')
        this.#executor.acknowledgeCheckpoint(message.job, message.attempt, message.requestNumber)
    }
    this.#noteSteady()
    this.#dispatchFreed()
    if (this.#flights.size === 0) this.#onIdle?.()
    if (this.#onSamples !== undefined && this.#samples.length >= this.#onSamples.count)
      this.#onSamples.resolve()
  }

  #settle(settled: JobSettled): void {
    const call = this.#flights.get(settled.job)
    if (call === undefined) return
    this.#flights.delete(settled.job)
    this.costUsd += this.#parts.costOf(settled)
    const endedAtMs = this.#parts.clock.monotonicMs()
    const error = settled.outcome.state === 'failed' ? settled.outcome.error : undefined
    const come = callOutcome(settled.outcome)
    const { outcome } = come
    this.outcomes[outcome]++
    this.lastOutcome = outcome
    this.vainCalls = outcome === 'accepted' ? 0 : this.vainCalls + 1
    if (error !== undefined) this.lastError = error
    if (outcome === 'accepted') this.#remember(endedAtMs - call.beganAtMs)
    else if (error?.retryAfterMs)
      this.longestRetryAfterMs = Math.max(this.longestRetryAfterMs, error.retryAfterMs)
    const pauseMs = outcome === 'accepted' ? 0 : this.#pauseMs(error?.retryAfterMs)
    const record = (freeAtMs: number) => {
      const isFirst = !this.#begun.has(call.place)
      this.#begun.add(call.place)
      if (
        isFirst ||
        call.visit !== this.#visit ||
        this.#steadyAtMs === undefined ||
        call.beganAtMs < this.#steadyAtMs
      )
        return
      this.#samples.push({ beganAtMs: call.beganAtMs, endedAtMs, freeAtMs, ...come })
    }
    if (call.visit === 0) return
    // A place that makes no further call has nothing to wait for.
    if (call.place >= this.#places) {
      this.#taken.delete(call.place)
      return
    }
    if (pauseMs === 0) {
      record(endedAtMs)
      this.#free(call.place)
      return
    }
    const disarm = this.#parts.clock.startTimer(pauseMs, () => {
      this.#timers.delete(disarm)
      record(this.#parts.clock.monotonicMs())
      this.#free(call.place)
      this.#noteSteady()
      this.#dispatchFreed()
    })
    this.#timers.add(disarm)
  }

  #free(place: number): void {
    if (place < this.#places) this.#freed.push(place)
    else this.#taken.delete(place)
  }

  /** Surplus places of a higher level must have ended. */
  #noteSteady(): void {
    if (this.#steadyAtMs === undefined && this.#taken.size <= this.#places)
      this.#steadyAtMs = this.#parts.clock.monotonicMs()
  }

  #remember(latencyMs: number): void {
    this.#latencies.push(latencyMs)
    if (this.#latencies.length > 2 * RECENT) this.#latencies = this.#latencies.slice(-RECENT)
  }

  #pauseMs(askedMs: number | undefined): number {
    return pauseAfter({
      typicalMs: percentile(ascending(this.#latencies), 0.5) || 0,
      vainCalls: this.vainCalls,
      places: this.#places,
      askedMs,
      random: this.#parts.random(),
    })
  }
}
