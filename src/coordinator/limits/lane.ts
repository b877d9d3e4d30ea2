import type { RateLimitReport } from '../../model/provider/rate-limit.js'
import { ReportedAllowance } from './allowance.js'
import type { Departure } from './departure-order.js'
import type { LaneLimits, LaneProgress, LaneState, LaneVerdict } from './lane-limits.js'
import { LimitLearner } from './learning/limit-learner.js'
import { Pace } from './pace.js'
import { Parties, type Party } from './parties.js'
import { Ramp } from './ramp.js'

/** A configured rate is used with this much distance, for requests that travel at different speeds. */
const RATE_CAUTION = 0.985

/** An attempt, as long as it is in flight. */
export interface Passage {
  readonly startedAtMs: number
  /** Attempts in flight with it, itself counted. */
  readonly level: number
  readonly tokens: number
  /** It goes on with work that the service has taken already, so it is no new request. */
  readonly isResumed: boolean
  readonly departure: Departure
}

export interface Arrival {
  readonly verdict: LaneVerdict
  /** Tokens that it really used. */
  readonly tokens: number | undefined
  readonly retryAfterMs: number | undefined
  readonly limits: RateLimitReport | undefined
  /** Its result was found elsewhere: the service has never heard of it. */
  readonly isSpared?: boolean
}

/** A lane is closed until a moment, or until a place is given back. */
export interface Closed {
  readonly untilMs: number | undefined
}

/**
 * The way to one service, shared by all runs of an engine that call it with the same account. Says whether an
 * attempt may depart: places, requests and tokens a minute, the pause after a refusal, what the service itself
 * has said is left, and the turns of the runs. Knows no clock: every call is told the time.
 */
export class Lane {
  readonly name: string
  readonly #limits: LaneLimits
  readonly #requestPace: Pace | undefined
  readonly #tokenPace: Pace | undefined
  readonly #learner: LimitLearner
  readonly #requestsLeft = new ReportedAllowance()
  readonly #tokensLeft = new ReportedAllowance()
  readonly #parties = new Parties()
  readonly #ramp: Ramp

  constructor(name: string, limits: LaneLimits) {
    this.name = name
    this.#ramp = new Ramp(limits.rampUpMs ?? 0, limits.isGentle ?? false)
    this.#limits = limits
    const { requestsPerMinute, tokensPerMinute } = limits
    this.#requestPace =
      requestsPerMinute === undefined ? undefined : new Pace(requestsPerMinute * RATE_CAUTION)
    this.#tokenPace = tokensPerMinute === undefined ? undefined : new Pace(tokensPerMinute * RATE_CAUTION)
    this.#learner = new LimitLearner(limits)
  }

  get inFlight(): number {
    return this.#parties.inFlight
  }

  get state(): LaneState {
    return {
      concurrency: Math.min(this.#learner.concurrency, this.#limits.concurrency ?? Number.POSITIVE_INFINITY),
      requestsPerMinute: this.#learner.perMinute ?? this.#limits.requestsPerMinute,
    }
  }

  /** For whoever watches; changes nothing. */
  progress(nowMs: number): LaneProgress {
    const { concurrency, requestsPerMinute } = this.state
    const closedForMs = Math.round(this.#pausedUntilMs() - nowMs)
    return {
      name: this.name,
      inFlight: this.inFlight,
      ...(Number.isFinite(concurrency) && { concurrency }),
      ...(requestsPerMinute !== undefined && { requestsPerMinute: Math.round(requestsPerMinute) }),
      ...(closedForMs > 0 && { closedForMs }),
    }
  }

  join(party: Party): void {
    this.#parties.join(party)
  }

  leave(party: Party): void {
    this.#learner.lose(this.#parties.inFlightOf(party))
    this.#parties.leave(party)
  }

  /** Whether an attempt of this run may depart now; `undefined`: it may. A run that is refused counts as waiting. */
  closedFor(party: Party, nowMs: number): Closed | undefined {
    const closed = this.#closed(party, nowMs)
    if (closed !== undefined) this.#parties.waits(party)
    return closed
  }

  /** A run has no more attempts to send for now. */
  stopWaiting(party: Party): void {
    this.#parties.stopWaiting(party)
  }

  /** Lets an attempt depart, after {@link closedFor} said that it may. */
  depart(party: Party, tokens: number, isResumed: boolean, nowMs: number): Passage {
    this.#ramp.begin(nowMs)
    if (!isResumed) this.#take(1, tokens, nowMs)
    const departure = this.#learner.depart(nowMs, isResumed, this.inFlight === 0)
    const counted = isResumed ? 0 : tokens
    this.#parties.depart(party, counted)
    return { startedAtMs: nowMs, level: this.inFlight, tokens: counted, isResumed, departure }
  }

  /** An attempt has come back. */
  arrive(party: Party, passage: Passage, arrival: Arrival, nowMs: number): void {
    const { tokens, isResumed, departure } = passage
    this.#parties.arrive(party, tokens)
    if (isResumed) this.#learner.resumedEnded(departure)
    else if (arrival.isSpared) {
      this.#giveBack(tokens)
      this.#learner.spared(departure, nowMs)
    } else {
      if (arrival.tokens !== undefined) this.#tokenPace?.correct(arrival.tokens - tokens)
      this.#learn(passage, arrival, nowMs)
    }
    this.#parties.wakeNext()
  }

  #take(requests: number, tokens: number, nowMs: number): void {
    this.#requestPace?.take(requests, nowMs)
    this.#tokenPace?.take(tokens, nowMs)
    this.#requestsLeft.take(requests)
    this.#tokensLeft.take(tokens)
  }

  #giveBack(tokens: number): void {
    this.#requestPace?.correct(-1)
    this.#tokenPace?.correct(-tokens)
    this.#requestsLeft.take(-1)
    this.#tokensLeft.take(-tokens)
  }

  #learn({ level, departure }: Passage, arrival: Arrival, nowMs: number): void {
    const { verdict, retryAfterMs, limits } = arrival
    if (limits?.requests) this.#requestsLeft.report(limits.requests, this.inFlight, nowMs)
    if (limits?.tokens) this.#tokensLeft.report(limits.tokens, this.#parties.tokensInFlight, nowMs)
    this.#learner.arrive(departure, { verdict, retryAfterMs, limits, level }, nowMs)
  }

  #closed(party: Party, nowMs: number): Closed | undefined {
    const opensAtMs = this.#opensAtMs(nowMs)
    if (opensAtMs > nowMs) return { untilMs: opensAtMs }
    const { count, nextAtMs } = this.#ramp.at(this.state.concurrency, nowMs)
    if (this.inFlight >= count) return { untilMs: nextAtMs }
    return this.#parties.isTurnOf(party) ? undefined : { untilMs: undefined }
  }

  #pausedUntilMs(): number {
    const { pausedUntilMs } = this.#learner
    return Math.max(pausedUntilMs, this.#requestsLeft.opensAtMs, this.#tokensLeft.opensAtMs)
  }

  #opensAtMs(nowMs: number): number {
    this.#requestsLeft.expire(nowMs)
    this.#tokensLeft.expire(nowMs)
    return Math.max(
      this.#learner.opensAtMs(nowMs),
      this.#requestPace?.opensAtMs ?? Number.NEGATIVE_INFINITY,
      this.#tokenPace?.opensAtMs ?? Number.NEGATIVE_INFINITY,
      this.#requestsLeft.opensAtMs,
      this.#tokensLeft.opensAtMs,
    )
  }
}
