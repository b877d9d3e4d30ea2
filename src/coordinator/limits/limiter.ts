import type { RateLimitReport } from '../../model/provider/rate-limit.js'
import { ReportedAllowance } from './allowance.js'
import type { Permit } from './attempt-permit.js'
import { LimitLearner } from './learning/limit-learner.js'
import type { LimiterSettings } from './limiter-settings.js'
import type { LimiterProgress, LimiterState } from './limiter-state.js'
import { Pace } from './pace.js'
import { Ramp } from './ramp.js'
import type { ResponseClass } from './response-class.js'
import { type Tenant, Tenants } from './tenants.js'

/** Share of a configured rate that is used: requests travel at different speeds. */
const RATE_CAUTION = 0.985

/** What came of an attempt, told when its permit is released. */
export interface ReleaseReport {
  readonly responseClass: ResponseClass
  /** Tokens that it really used. */
  readonly tokens: number | undefined
  readonly retryAfterMs: number | undefined
  readonly limits: RateLimitReport | undefined
  /** Its result was found elsewhere, so that the service was not called. */
  readonly isSpared?: boolean
}

/** A limiter is closed until a moment, or until a permit is released. */
export interface Closed {
  readonly untilMs: number | undefined
}

/**
 * Limits the calls of one service, for all runs of an engine that use it with the same account. Decides whether an
 * attempt may start: attempts at once, requests and tokens a minute, the pause after refusals, what the service itself
 * has said is left, and whose turn it is. Knows no clock: every call is told the time.
 */
export class Limiter {
  readonly name: string
  readonly #limits: LimiterSettings
  readonly #requestPace: Pace | undefined
  readonly #tokenPace: Pace | undefined
  readonly #learner: LimitLearner
  readonly #requestsLeft = new ReportedAllowance()
  readonly #tokensLeft = new ReportedAllowance()
  readonly #tenants = new Tenants()
  readonly #ramp: Ramp

  constructor(name: string, limits: LimiterSettings) {
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
    return this.#tenants.inFlight
  }

  get state(): LimiterState {
    return {
      concurrency: Math.min(this.#learner.concurrency, this.#limits.concurrency ?? Number.POSITIVE_INFINITY),
      requestsPerMinute: this.#learner.perMinute ?? this.#limits.requestsPerMinute,
    }
  }

  /** For whoever watches; changes nothing. */
  progress(nowMs: number): LimiterProgress {
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

  join(tenant: Tenant): void {
    this.#tenants.join(tenant)
  }

  leave(tenant: Tenant): void {
    this.#learner.lose(this.#tenants.inFlightOf(tenant))
    this.#tenants.leave(tenant)
  }

  /** Whether an attempt of this run may start now; `undefined`: it may. A run that may not counts as waiting. */
  closedFor(tenant: Tenant, nowMs: number): Closed | undefined {
    const closed = this.#closed(tenant, nowMs)
    if (closed !== undefined) this.#tenants.waits(tenant)
    return closed
  }

  /** A run has no more attempts to send for now. */
  stopWaiting(tenant: Tenant): void {
    this.#tenants.stopWaiting(tenant)
  }

  /** Starts an attempt, after {@link closedFor} said that it may. */
  acquire(tenant: Tenant, tokens: number, isResumed: boolean, nowMs: number): Permit {
    this.#ramp.begin(nowMs)
    if (!isResumed) this.#take(1, tokens, nowMs)
    const call = this.#learner.sent(nowMs, isResumed, this.inFlight === 0)
    const counted = isResumed ? 0 : tokens
    this.#tenants.acquire(tenant, counted)
    return { startedAtMs: nowMs, level: this.inFlight, tokens: counted, isResumed, call }
  }

  /** An attempt has ended. */
  release(tenant: Tenant, permit: Permit, report: ReleaseReport, nowMs: number): void {
    const { tokens, isResumed, call } = permit
    this.#tenants.release(tenant, tokens)
    if (isResumed) this.#learner.resumedEnded(call)
    else if (report.isSpared) {
      this.#giveBack(tokens)
      this.#learner.spared(call, nowMs)
    } else {
      if (report.tokens !== undefined) this.#tokenPace?.correct(report.tokens - tokens)
      this.#learn(permit, report, nowMs)
    }
    this.#tenants.wakeNext()
  }

  /** The service answers again after an outage: attempts need not return by and by. */
  recovered(nowMs: number): void {
    this.#learner.recovered(nowMs)
    this.#tenants.wakeNext()
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

  #learn({ level, call }: Permit, report: ReleaseReport, nowMs: number): void {
    const { responseClass, retryAfterMs, limits } = report
    if (limits?.requests) this.#requestsLeft.report(limits.requests, this.inFlight, nowMs)
    if (limits?.tokens) this.#tokensLeft.report(limits.tokens, this.#tenants.tokensInFlight, nowMs)
    this.#learner.returned(call, { responseClass, retryAfterMs, limits, level }, nowMs)
  }

  #closed(tenant: Tenant, nowMs: number): Closed | undefined {
    const opensAtMs = this.#opensAtMs(nowMs)
    if (opensAtMs > nowMs) return { untilMs: opensAtMs }
    const learned = this.#learner.placesAt(nowMs)
    const places = Math.min(learned.count, this.#limits.concurrency ?? Number.POSITIVE_INFINITY)
    const { count, nextAtMs } = this.#ramp.at(places, nowMs)
    if (this.inFlight >= count) return { untilMs: nextAtMs ?? learned.nextAtMs }
    return this.#tenants.isTurnOf(tenant) ? undefined : { untilMs: undefined }
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
