import type { JobError } from '../../../model/movie/event.js'
import type { Tenant } from '../tenants.js'
import type { Blame, Call } from './call.js'
import { type CallReport, isFault, isOfSetup } from './call-report.js'
import { CallsInFlight } from './calls-in-flight.js'
import { type Outage, OutageBreaker } from './outage-breaker.js'
import { RefusalRow } from './refusal-row.js'

/** Refusals as too many that say something. */
const THROTTLES_MIN = 5

/**
 * Whether a service answers, and whether it would serve anybody: shared by all runs of an engine that call it with the
 * same account and model. Knows no clock: every call is told the time.
 */
export class EndpointHealth {
  readonly name: string
  readonly #calls = new CallsInFlight()
  readonly #breaker = new OutageBreaker(this.#calls)
  readonly #refusals = new RefusalRow(this.#calls)
  /** Refused as too many, and nobody served since. */
  #throttled: { readonly sinceMs: number; count: number; error: JobError } | undefined
  #servedAtMs = Number.NEGATIVE_INFINITY
  readonly #tenants = new Set<Tenant>()

  constructor(name: string) {
    this.name = name
  }

  get outage(): Outage | undefined {
    return this.#breaker.outage
  }

  get prefersFresh(): boolean {
    return this.#breaker.prefersFresh
  }

  isTry(call: Call): boolean {
    return this.#breaker.isTry(call)
  }

  get inFlight(): number {
    return this.#calls.size
  }

  join(tenant: Tenant): void {
    this.#tenants.add(tenant)
  }

  /** The run is over. What it still has in flight will not come back. */
  leave(tenant: Tenant, nowMs: number): void {
    if (!this.#tenants.delete(tenant)) return
    this.#calls.removeOf(tenant)
    this.#breaker.endTryOf(tenant, nowMs)
    this.#wake()
  }

  /** When the next call may be sent; undefined: now. */
  opensAtMs(nowMs: number): number | undefined {
    return this.#breaker.opensAtMs(nowMs)
  }

  sent(tenant: Tenant, job: string, nowMs: number): Call {
    const call = { tenant, job, startedAtMs: nowMs }
    this.#calls.add(call)
    this.#breaker.sent(call)
    return call
  }

  returned(call: Call, report: CallReport, nowMs: number): void {
    this.#calls.remove(call)
    const wasDown = this.outage !== undefined
    this.#learn(call, report, nowMs)
    if (wasDown) this.#wake()
  }

  /** The service has taken the work of a call that is still in flight. */
  taken(call: Call, nowMs: number): void {
    const wasDown = this.outage !== undefined
    this.#breaker.answered(call, nowMs)
    if (wasDown) this.#wake()
  }

  /** Whose fault a failure was that came at this moment. */
  blame(call: Call, error: JobError, failedAtMs: number): Blame {
    if (isOfSetup(error)) return this.#refusals.blame(call, failedAtMs)
    return isFault(error) ? this.#breaker.blame(call, failedAtMs) : 'own'
  }

  /** The beginning of the outage that a failure of that moment was part of; undefined: of none. */
  outageAt(failedAtMs: number): number | undefined {
    return this.#breaker.outageAt(failedAtMs)
  }

  hasServedSince(atMs: number): boolean {
    return this.#servedAtMs >= atMs
  }

  /** What everybody has been refused with, as was seen at that moment or after it. */
  refusalSince(atMs: number): JobError | undefined {
    return this.#refusals.confirmedSince(atMs)
  }

  /** Since when nobody is served because there are too many requests, and what the service says. */
  get throttled(): { readonly sinceMs: number; readonly error: JobError } | undefined {
    return this.#throttled !== undefined && this.#throttled.count >= THROTTLES_MIN
      ? this.#throttled
      : undefined
  }

  /** It was no outage, but the fault of the one job that has failed. */
  blameLone(): void {
    this.#breaker.blameLone()
    this.#wake()
  }

  #learn(call: Call, report: CallReport, nowMs: number): void {
    switch (report.sign) {
      case 'served':
        this.#servedAtMs = nowMs
        this.#throttled = undefined
        this.#refusals.served(call)
        this.#breaker.answered(call, nowMs)
        break
      case 'answered':
        this.#breaker.answered(call, nowMs)
        break
      case 'throttled':
        this.#throttled ??= { sinceMs: nowMs, count: 0, error: report.error }
        this.#throttled.count++
        this.#throttled.error = report.error
        this.#breaker.answered(call, nowMs)
        break
      case 'refused':
        this.#refusals.refused(call, report.error, nowMs)
        this.#breaker.answered(call, nowMs)
        break
      case 'fault':
        this.#breaker.failed(call, report.error, nowMs)
        break
      case 'none':
        this.#breaker.ended(call, nowMs)
        break
    }
  }

  #wake(): void {
    for (const tenant of this.#tenants) tenant.wake()
  }
}
