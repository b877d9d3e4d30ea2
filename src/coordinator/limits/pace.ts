const MINUTE_MS = 60_000
/**
 * How late a call may be and still be caught up with: timers of a busy process are late by some milliseconds. Small,
 * so that what is sent together stays far below any service's allowance.
 */
const CATCH_UP_MS = 25
/** So much of the time that was kept for units which were not used may be caught up with. */
const GIVEN_BACK_MS = 500

/**
 * Spreads units evenly over time, without a burst at the start: the generic cell rate algorithm (ITU-T I.371).
 * In any interval at most its share of the rate is sent, and one more, whatever window the service counts in.
 */
export class Pace {
  #perMs: number
  /** When the next unit would be sent if all were on time. */
  #dueAtMs = Number.NEGATIVE_INFINITY
  /** How far behind the time it may be, since fewer units were used than taken. */
  #givenBackMs = 0

  constructor(perMinute: number) {
    this.#perMs = perMinute / MINUTE_MS
  }

  get perMinute(): number {
    return this.#perMs * MINUTE_MS
  }

  set perMinute(value: number) {
    this.#perMs = value / MINUTE_MS
  }

  /** Another rate from now on, for what was taken and is not due yet as well. */
  retune(perMinute: number, nowMs: number): void {
    const openUnits = Math.max(0, this.#dueAtMs - nowMs) * this.#perMs
    this.perMinute = perMinute
    if (openUnits > 0) this.#dueAtMs = nowMs + openUnits / this.#perMs
  }

  /** The earliest moment for the next call; now or earlier: it may be sent. */
  get opensAtMs(): number {
    return this.#dueAtMs - CATCH_UP_MS
  }

  take(units: number, nowMs: number): void {
    if (this.#dueAtMs >= nowMs) this.#givenBackMs = 0
    this.#dueAtMs = Math.max(this.#dueAtMs, nowMs - this.#givenBackMs) + units / this.#perMs
  }

  /** A call that this pace would let pass now waits for another limit: it may go later, besides the next one. */
  heldBack(nowMs: number): void {
    const lateMs = nowMs - this.#dueAtMs
    if (lateMs > this.#givenBackMs && Number.isFinite(lateMs))
      this.#givenBackMs = Math.min(GIVEN_BACK_MS, lateMs)
  }

  /** More units were used than taken, or fewer. Delays nothing by more than a minute, the time services count by. */
  correct(units: number): void {
    const ms = Math.min(units / this.#perMs, MINUTE_MS)
    this.#dueAtMs += ms
    if (ms < 0) this.#givenBackMs = Math.min(GIVEN_BACK_MS, this.#givenBackMs - ms)
  }
}
