import type { JobError } from '../../../model/movie/event.js'
import type { Tenant } from '../tenants.js'
import type { Blame, Call } from './call.js'
import type { CallsInFlight } from './calls-in-flight.js'
import { FailureShare, ROW_MIN } from './failure-share.js'

/** Enough to tell jobs that have failed from others. */
const JOBS_KEPT = 10_000
const FIRST_TRY_MS = 500
const TRY_MAX_MS = 10_000
/** Of what an outage has lasted, the next try comes after this share: then its end is noticed in time. */
const TRY_SHARE = 0.25
/** Jobs that must have failed: what one of them meets may be its own fault. */
const JOBS_MIN = 3
/** A try that has not failed in this time, or in so many times what failures took, is taken for an answer. */
const SURVIVAL_MIN_MS = 10_000
const SURVIVAL_FACTOR = 4
/** Jobs that have not failed yet go first as tries, so many times. */
const FRESH_TRIES = 16
/** Outages that are remembered, for jobs whose attempts fell into them. */
const OUTAGES_KEPT = 64

interface Row {
  readonly firstStartedAtMs: number
  readonly firstAtMs: number
  count: number
  readonly jobs: Set<string>
  /** No failure of it can be a job's fault. */
  isUnserved: boolean
  longestMs: number
}

/** A service does not answer. Times on the run's clock. */
export interface Outage {
  readonly sinceMs: number
  /** The last failure. */
  readonly error: JobError
  readonly nextTryAtMs: number
  readonly isTrying: boolean
  /** Only one job has failed. */
  readonly isLone: boolean
  /** The service has answered before. */
  readonly hasAnswered: boolean
}

interface Open {
  readonly sinceMs: number
  error: JobError
  nextTryAtMs: number
}

/**
 * A circuit breaker for one service. So many failures in a row, of several jobs and without an answer, that chance does
 * not explain them, open it: from then on one call at a time tries, seldomer and seldomer, and the first answer closes
 * it. What failed meanwhile is nobody's fault. Knows no clock: every call is told the time.
 */
export class OutageBreaker {
  readonly #inFlight: CallsInFlight
  readonly #share = new FailureShare(true)
  #row: Row | undefined
  #open: Open | undefined
  #try: Call | undefined
  #freshTries = 0
  /** SentCall of the latest call that was answered. */
  #answeredStartMs = Number.NEGATIVE_INFINITY
  /** Jobs that fail by themselves. */
  readonly #blamed = new Set<string>()
  readonly #past: { readonly fromMs: number; readonly toMs: number }[] = []

  constructor(inFlight: CallsInFlight) {
    this.#inFlight = inFlight
  }

  get outage(): Outage | undefined {
    if (this.#open === undefined) return undefined
    const { sinceMs, error, nextTryAtMs } = this.#open
    return {
      sinceMs,
      error,
      nextTryAtMs,
      isTrying: this.#try !== undefined,
      isLone: this.#row!.jobs.size === 1,
      hasAnswered: this.#answeredStartMs !== Number.NEGATIVE_INFINITY,
    }
  }

  /** Whether this is the call that tries. */
  isTry(call: Call): boolean {
    return this.#try === call
  }

  /** The next try should be a job that has not failed yet. */
  get prefersFresh(): boolean {
    return this.#open !== undefined && this.#freshTries < FRESH_TRIES
  }

  /** When the next call may be sent; undefined: now. */
  opensAtMs(nowMs: number): number | undefined {
    if (this.#open === undefined) return undefined
    if (this.#try === undefined) return this.#open.nextTryAtMs > nowMs ? this.#open.nextTryAtMs : undefined
    const survivesAtMs =
      this.#try.startedAtMs + Math.max(SURVIVAL_MIN_MS, SURVIVAL_FACTOR * this.#row!.longestMs)
    if (nowMs < survivesAtMs) return survivesAtMs
    this.#close(nowMs)
    return undefined
  }

  sent(call: Call): void {
    if (this.#open === undefined || this.#try !== undefined) return
    this.#try = call
    if (!this.#row!.jobs.has(call.job)) this.#freshTries++
  }

  /** The service has said something, whatever it was. */
  answered(call: Call, nowMs: number): void {
    this.#share.succeeded()
    this.#answeredStartMs = Math.max(this.#answeredStartMs, call.startedAtMs)
    // One that was sent before the failures says nothing about now.
    if (this.#row === undefined || call.startedAtMs < this.#row.firstStartedAtMs) return
    if (this.#open === undefined) {
      this.#share.failed(this.#row.count)
      this.#row = undefined
    } else this.#close(nowMs)
  }

  /** @returns true when this failure has opened it */
  failed(call: Call, error: JobError, nowMs: number): boolean {
    if (call.startedAtMs < this.#answeredStartMs || this.#blamed.has(call.job)) {
      this.#share.failed(1)
      if (this.#try === call) this.#try = undefined
      return false
    }
    this.#note(call, error, nowMs)
    const hintMs = error.retryAfterMs ?? 0
    if (this.#open !== undefined) {
      this.#open.error = error
      if (this.#try !== call) return false
      this.#try = undefined
      const lastedMs = nowMs - this.#open.sinceMs
      const delayMs = Math.min(TRY_MAX_MS, Math.max(FIRST_TRY_MS, lastedMs * TRY_SHARE))
      this.#open.nextTryAtMs = nowMs + Math.max(hintMs, delayMs)
      return false
    }
    const { count, jobs, isUnserved, firstAtMs, firstStartedAtMs, longestMs } = this.#row!
    if (count < ROW_MIN || (jobs.size < JOBS_MIN && !isUnserved)) return false
    const promising = this.#inFlight.promising(firstStartedAtMs, longestMs, nowMs)
    if (count < this.#share.rowLimit(promising)) return false
    const nextTryAtMs = nowMs + Math.max(hintMs, FIRST_TRY_MS)
    this.#open = { sinceMs: firstAtMs, error, nextTryAtMs }
    this.#freshTries = 0
    return true
  }

  /** A run is over: what it has in flight will not come back. */
  endTryOf(tenant: Tenant, nowMs: number): void {
    if (this.#try?.tenant === tenant) this.ended(this.#try, nowMs)
  }

  /** A call has ended in a way that says nothing of the service. */
  ended(call: Call, nowMs: number): void {
    if (this.#try !== call) return
    this.#try = undefined
    this.#open!.nextTryAtMs = nowMs
  }

  /** Whose fault a failure was that came at this moment. */
  blame(call: Call, failedAtMs: number): Blame {
    if (this.#blamed.has(call.job)) return 'own'
    if (this.outageAt(failedAtMs) !== undefined) return 'waived'
    return this.#answeredStartMs > call.startedAtMs ? 'own' : 'undecided'
  }

  /** The beginning of the outage that a failure of that moment was part of; undefined: of none. */
  outageAt(failedAtMs: number): number | undefined {
    if (this.#open !== undefined && failedAtMs >= this.#open.sinceMs) return this.#open.sinceMs
    return this.#past.find(({ fromMs, toMs }) => failedAtMs >= fromMs && failedAtMs <= toMs)?.fromMs
  }

  /** It was no outage: what has failed, and whatever else does, counts against the one job that did. */
  blameLone(): void {
    for (const job of this.#row?.jobs ?? []) this.#blamed.add(job)
    this.#forget()
  }

  #forget(): void {
    this.#open = undefined
    this.#row = undefined
    this.#try = undefined
  }

  #note(call: Call, error: JobError, nowMs: number): void {
    this.#row ??= {
      firstStartedAtMs: call.startedAtMs,
      firstAtMs: nowMs,
      count: 0,
      jobs: new Set(),
      isUnserved: true,
      longestMs: 0,
    }
    const row = this.#row
    row.count++
    row.isUnserved &&= error.isUnserved === true
    row.longestMs = Math.max(row.longestMs, nowMs - call.startedAtMs)
    if (row.jobs.size < JOBS_KEPT) row.jobs.add(call.job)
  }

  #close(nowMs: number): void {
    this.#past.push({ fromMs: this.#open!.sinceMs, toMs: nowMs })
    if (this.#past.length > OUTAGES_KEPT) this.#past.shift()
    this.#forget()
  }
}
