const MINUTE_MS = 60_000
/**
 * How much later than planned a departure may be and still be caught up with: timers of a busy process are
 * late by some milliseconds. Small, so that what departs together stays far below any service's allowance.
 */
const CATCH_UP_MS = 25

/**
 * Spreads units evenly over time, without a burst at the start: the generic cell rate algorithm (ITU-T I.371).
 * In any interval at most its share of the rate departs, and one more, whatever window the service counts in.
 */
export class Pace {
  #perMs: number
  /** When the next unit would depart if all were on time. */
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

  /** The earliest moment for the next departure; now or earlier: it may depart. */
  get opensAtMs(): number {
    return this.#dueAtMs - CATCH_UP_MS
  }

  take(units: number, nowMs: number): void {
    this.#dueAtMs = Math.max(this.#dueAtMs, nowMs) + units / this.#perMs
  }

  /** More units were used than taken, or fewer. Services count by the minute, so more than that holds nobody back. */
  correct(units: number): void {
    this.#dueAtMs += Math.min(units / this.#perMs, MINUTE_MS)
  }
}
