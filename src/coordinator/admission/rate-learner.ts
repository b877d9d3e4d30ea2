const MINUTE_MS = 60_000
/** Fewer accepted requests say little about a rate. */
const SAMPLE_COUNT = 10
/** After the first measurement, shorter cycles are the tail of the one before. */
const CYCLE_MIN_MS = 5_000
/** What is learned is kept to with this much distance. */
const CAUTION = 0.98
/** Two measurements that differ by less than this share confirm each other. */
const AGREEMENT = 0.1
const GROWTH_INTERVAL_MS = 5_000
const GROWTH_FIRST = 0.01
const GROWTH_LIMIT = 0.16
/** Confirmed so often, a rate is tried for more only every 80 s. */
const CONFIRMATION_LIMIT = 4

/**
 * Learns how many requests a minute a service accepts, from its refusals. One measurement is a whole cycle: from
 * the first request after a pause to the first one after the next pause, so that it is right for services that
 * count by windows as well as for those that refill a bucket. After it the rate grows again: slowly at first,
 * faster the longer nothing is refused, and seldom when measurements agree.
 */
export class RateLearner {
  #perMinute: number | undefined
  #cycleAtMs: number | undefined
  /** Requests since the cycle began that were not refused. */
  #taken = 0
  #isRefused = false
  /** Refused after the cycle's end, which nobody has confirmed yet. */
  #isRefusedAgain = false
  /** The first request after the pause, and those that were taken before it: the end of the cycle, if it is accepted. */
  #reopened: { readonly atMs: number; taken: number } | undefined
  #measured: number | undefined
  #confirmations = 0
  #growth = GROWTH_FIRST
  #grownAtMs = 0

  /** Undefined until something was refused. */
  get perMinute(): number | undefined {
    return this.#perMinute
  }

  /** @param pausedUntilMs end of the last pause */
  departed(nowMs: number, pausedUntilMs: number): void {
    this.#cycleAtMs ??= nowMs
    if (this.#isRefused && nowMs >= pausedUntilMs) this.#reopened ??= { atMs: nowMs, taken: this.#taken }
    this.#taken++
  }

  /** @param isLevel too many ran at the same time; of their rate this says nothing */
  refused(startedAtMs: number, isLevel: boolean): void {
    this.#taken--
    if (this.#reopened === undefined) this.#isRefused ||= !isLevel
    else if (startedAtMs < this.#reopened.atMs) this.#reopened.taken--
    else if (startedAtMs === this.#reopened.atMs) this.#reopened = undefined
    else this.#isRefusedAgain ||= !isLevel
  }

  /**
   * @param startedAtMs when the accepted request departed
   * @param isBinding whether requests have been waiting for this rate
   */
  accepted(startedAtMs: number, nowMs: number, isBinding: boolean): void {
    if (this.#reopened !== undefined && startedAtMs >= this.#reopened.atMs) this.#measure(this.#reopened)
    else if (isBinding) this.#grow(nowMs)
  }

  #measure(reopened: { readonly atMs: number; readonly taken: number }): void {
    const cycleMs = reopened.atMs - this.#cycleAtMs!
    this.#isRefused = this.#isRefusedAgain
    this.#isRefusedAgain = false
    this.#reopened = undefined
    const minimumMs = this.#measured === undefined ? 1 : CYCLE_MIN_MS
    if (reopened.taken < SAMPLE_COUNT || cycleMs < minimumMs) return
    const measured = (reopened.taken / cycleMs) * MINUTE_MS
    const isConfirmed =
      this.#measured !== undefined && Math.abs(measured - this.#measured) < AGREEMENT * this.#measured
    this.#confirmations = isConfirmed ? Math.min(CONFIRMATION_LIMIT, this.#confirmations + 1) : 0
    this.#measured = measured
    this.#perMinute = measured * CAUTION
    this.#growth = GROWTH_FIRST
    this.#grownAtMs = reopened.atMs
    this.#cycleAtMs = reopened.atMs
    this.#taken -= reopened.taken
  }

  #grow(nowMs: number): void {
    if (this.#perMinute === undefined) return
    if (nowMs - this.#grownAtMs < GROWTH_INTERVAL_MS * 2 ** this.#confirmations) return
    this.#perMinute *= 1 + this.#growth
    this.#growth = Math.min(GROWTH_LIMIT, this.#growth * 2)
    this.#grownAtMs = nowMs
  }
}
