import type { CallOutcome } from './dispatch-order.js'

/**
 * For how long a service refused nothing between two refusals, since something was last done about them. A service that
 * closes now and then looks cured for as long, whatever was done.
 */
export class QuietTime {
  #sinceMs: number | undefined
  #longestMs = 0

  get longestMs(): number {
    return this.#longestMs
  }

  observe({ sentAtMs, isRefused }: CallOutcome): void {
    this.#sinceMs ??= sentAtMs
    if (!isRefused) return
    this.#longestMs = Math.max(this.#longestMs, sentAtMs - this.#sinceMs)
    this.#sinceMs = sentAtMs
  }

  /** Something is done about refusals. */
  restart(nowMs: number): void {
    this.#longestMs = 0
    this.#sinceMs = nowMs
  }
}
