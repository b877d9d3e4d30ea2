const MINUTE_MS = 60_000
/**
 * How late a call may be and still be caught up with: timers of a busy process are late by some milliseconds. Small,
 * so that what is sent together stays far below any service's allowance.
 */
const CATCH_UP_MS = 25

/**
 * Spreads units evenly over time, without a burst at the start: the generic cell rate algorithm (ITU-T I.371).
 * In any interval at most its share of the rate is sent, and one more, whatever window the service counts in.
 */
export class Pace {
  #perMs: number
  /** When the next unit would be sent if all were on time. */
  #dueAtMs = Number.NEGATIVE_INFINITY

  constructor(perMinute: number) {
    this.#perMs = perMinute / MINUTE_MS
  }

  get perMinute(): number {
    return this.#perMs * MINUTE_MS
  }

  set perMinute(value: number) {
    this.#perMs = value / MINUTE_MS
  }

  /** The earliest moment for the next call; now or earlier: it may be sent. */
  get opensAtMs(): number {
    return this.#dueAtMs - CATCH_UP_MS
  }

  take(units: number, nowMs: number): void {
    this.#dueAtMs = Math.max(this.#dueAtMs, nowMs) + units / this.#perMs
  }

  /** More units were used than taken, or fewer. Delays nothing by more than a minute, the time services count by. */
  correct(units: number): void {
    this.#dueAtMs += Math.min(units / this.#perMs, MINUTE_MS)
  }
}
