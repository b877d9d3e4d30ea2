import type { DispatchLog } from './dispatch-log.js'

/** One request in so many may be spent on looking whether there is more. */
const PRICE = 75
/** Not tried later in a window than this share of it: the next one may have begun. */
const EARLY = 0.8
/** A service that takes more in a window is never known to. */
const QUOTA_LIMIT = 60_000

/**
 * How many requests a service takes in a window. In no window, wherever it begins, are more sent. When they are used,
 * one more is tried now and then; when it is taken, two more, and so on.
 */
export class WindowQuota {
  readonly windowMs: number
  readonly #log: DispatchLog
  #quota: number
  /** Requests that may be tried above the quota. */
  #extra = 0
  /** Requests since one was tried above the quota in vain. */
  #sinceTry = 0

  constructor(quota: number, windowMs: number, log: DispatchLog) {
    this.#quota = Math.min(QUOTA_LIMIT, Math.max(1, quota))
    this.windowMs = windowMs
    this.#log = log
  }

  get quota(): number {
    return this.#quota
  }

  /** Requests taken in the window that ends at that moment. */
  usedAt(ms: number): number {
    return this.#log.countAfter(ms - this.windowMs) - this.#log.countAfter(ms)
  }

  /** The earliest moment for the next call. */
  opensAtMs(nowMs: number): number {
    const used = this.#log.countAfter(nowMs - this.windowMs)
    if (used < this.#quota) return Number.NEGATIVE_INFINITY
    if (!this.#mayTry(used, nowMs)) this.#extra = 0
    else if (this.#extra === 0 && this.#sinceTry >= PRICE) this.#extra = 1
    if (used < this.#quota + this.#extra) return Number.NEGATIVE_INFINITY
    return this.#log.momentBefore(this.#quota - 1) + this.windowMs
  }

  /** @returns true when it is one above the quota */
  take(nowMs: number): boolean {
    this.#sinceTry++
    return this.#log.countAfter(nowMs - this.windowMs) >= this.#quota
  }

  /** What became of one above the quota. */
  tried(isTaken: boolean): void {
    if (isTaken && this.#extra > 0) {
      this.#quota = Math.min(QUOTA_LIMIT, this.#quota + 1)
      this.#extra++
    } else if (!isTaken) {
      this.#extra = 0
      this.#sinceTry = 0
    }
  }

  #mayTry(used: number, nowMs: number): boolean {
    return nowMs < this.#log.momentBefore(used - 1) + EARLY * this.windowMs
  }
}
