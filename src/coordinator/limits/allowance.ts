import type { RateLimitReport } from '../../model/provider/rate-limit.js'

type Reported = NonNullable<RateLimitReport['requests']>

/** What a service has said is left of an interval. When nothing is left, nothing is sent. */
export class ReportedAllowance {
  #left = Number.POSITIVE_INFINITY
  #resetAtMs = Number.NEGATIVE_INFINITY

  /** @param inFlight units on their way, which the service may not have counted yet */
  report({ remaining, resetMs }: Reported, inFlight: number, nowMs: number): void {
    if (remaining === undefined || resetMs === undefined) return
    this.#left = remaining - inFlight
    this.#resetAtMs = nowMs + resetMs
  }

  take(units: number): void {
    this.#left -= units
  }

  /** The earliest moment for the next call. */
  get opensAtMs(): number {
    return this.#left > 0 ? Number.NEGATIVE_INFINITY : this.#resetAtMs
  }

  /** The interval has passed, and nobody has said what the next one has. */
  expire(nowMs: number): void {
    if (nowMs >= this.#resetAtMs) this.#left = Number.POSITIVE_INFINITY
  }
}
