import type { RateLimitReport } from '../../model/provider/rate-limit.js'
import { ReportedAllowance } from './allowance.js'
import type { Permit } from './attempt-permit.js'
import { LimitLearner } from './learning/limit-learner.js'
import { ConfiguredLimits } from './leases/configured-limits.js'
import type { LimitWish } from './leases/divide-limit.js'
import type { LimiterSettings } from './limiter-settings.js'
import type { LimiterProgress, LimiterState } from './limiter-state.js'
import { Ramp } from './ramp.js'
import type { ResponseClass } from './response-class.js'
import { type Tenant, Tenants } from './tenants.js'

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
  readonly #configured: ConfiguredLimits
  readonly #learner: LimitLearner
  readonly #requestsLeft = new ReportedAllowance()
  readonly #tokensLeft = new ReportedAllowance()
  readonly #tenants = new Tenants()
  readonly #ramp: Ramp

  /** @param within the limiter that it is part of: of a model's limiter the account's */
  constructor(name: string, limits: LimiterSettings, within?: Limiter) {
    this.name = name
    this.#ramp = new Ramp(limits.rampUpMs ?? 0, limits.isGentle ?? false)
    this.#limits = limits
    this.#configured = new ConfiguredLimits(limits)
    this.#learner = new LimitLearner(limits, within === undefined ? undefined : within.#learner.outerOf(name))
  }

  get inFlight(): number {
    return this.#tenants.inFlight
  }

  /** A run uses it. */
  get isUsed(): boolean {
    return this.#tenants.weight > 0
  }

  /** Whether processes divide its limits among them, see {@link setShare}. */
  get isShared(): boolean {
    return this.#configured.isShared
  }

  /** Calls at once that are configured: a share of them is a whole number. Undefined: any number. */
  get units(): number | undefined {
    return this.#limits.concurrency
  }

  get state(): LimiterState {
    return {
      concurrency: Math.min(this.#learner.concurrency, this.#limits.concurrency ?? Number.POSITIVE_INFINITY),
      requestsPerMinute: this.#learner.perMinute ?? this.#limits.requestsPerMinute,
    }
  }

  /** For whoever watches; changes nothing. */
  progress(nowMs: number): LimiterProgress {
    const concurrency = Math.min(this.#learner.concurrency, this.#configured.concurrency)
    const requestsPerMinute = this.#learner.perMinute ?? this.#configured.requestsPerMinute
    const closedForMs = Math.round(this.pausedForMs(nowMs))
    return {
      name: this.name,
      inFlight: this.inFlight,
      ...(Number.isFinite(concurrency) && { concurrency }),
      ...(requestsPerMinute !== undefined && { requestsPerMinute: Math.round(requestsPerMinute) }),
      ...(closedForMs > 0 && { closedForMs }),
    }
  }

  /** Milliseconds until it lets the next attempt through, since its service has refused one or says that nothing is left. */
  pausedForMs(nowMs: number): number {
    return this.#pausedUntilMs() - nowMs
  }

  join(tenant: Tenant): void {
    this.#tenants.join(tenant)
  }

  leave(tenant: Tenant): void {
    this.#learner.lose(this.#tenants.inFlightOf(tenant))
    this.#tenants.leave(tenant)
  }

  /** What this process wants of its configured limits; undefined: nothing. */
  wish(nowMs: number): LimitWish | undefined {
    const { weight } = this.#tenants
    return weight === 0 ? undefined : this.#configured.wish(weight, this.inFlight, nowMs)
  }

  /** @param share of the configured limits that this process may use, from 0 to 1 */
  setShare(share: number, nowMs: number): void {
    this.#configured.setShare(share, nowMs)
    this.#tenants.wakeNext()
  }

  /** Whether an attempt of this run may start now; `undefined`: it may. A run that may not counts as waiting. */
  closedFor(tenant: Tenant, nowMs: number): Closed | undefined {
    const closed = this.#closed(tenant, nowMs)
    if (closed !== undefined) this.#tenants.waits(tenant)
    return closed
  }

  /** An attempt that may start here waits for another limiter. */
  heldBack(nowMs: number): void {
    this.#configured.heldBack(nowMs)
  }

  /** A run has no more attempts to send for now. */
  stopWaiting(tenant: Tenant): void {
    this.#tenants.stopWaiting(tenant)
  }

  /** Starts an attempt, after {@link closedFor} said that it may. */
  acquire(tenant: Tenant, tokens: number, isResumed: boolean, nowMs: number, inner?: Limiter): Permit {
    this.#ramp.begin(nowMs)
    if (!isResumed) this.#take(1, tokens, nowMs)
    const call = this.#learner.sent(nowMs, isResumed, this.inFlight + 1, inner?.name)
    const counted = isResumed ? 0 : tokens
    this.#tenants.acquire(tenant, counted)
    this.#configured.started(this.inFlight)
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
      if (report.tokens !== undefined) this.#configured.correct(0, report.tokens - tokens)
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
    this.#configured.take(requests, tokens, nowMs)
    this.#requestsLeft.take(requests)
    this.#tokensLeft.take(tokens)
  }

  #giveBack(tokens: number): void {
    this.#configured.correct(-1, -tokens)
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
    if (this.isShared) {
      if (this.#configured.opensAtMs > nowMs || this.inFlight >= this.#configured.concurrency)
        this.#configured.wasShort()
      if (this.#configured.isClosed) return { untilMs: undefined }
    }
    const opensAtMs = this.#opensAtMs(nowMs)
    if (opensAtMs > nowMs) return { untilMs: opensAtMs }
    const learned = this.#learner.placesAt(nowMs)
    const places = Math.min(learned.count, this.#configured.concurrency)
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
      this.#configured.opensAtMs,
      this.#requestsLeft.opensAtMs,
      this.#tokensLeft.opensAtMs,
    )
  }
}
