const MINUTE_MS = 60_000
/** Fewer accepted requests say little about a rate. */
const SAMPLE_COUNT = 10
/** After the first measurement, shorter cycles are the tail of the one before. */
const CYCLE_MIN_MS = 5_000
/** A cycle that consists of its pause measures the pause. */
const CYCLE_PER_PAUSE = 3
/** What is learned is kept to with this much distance. */
const CAUTION = 0.98
/** Two measurements that differ by less than this share confirm each other. */
const AGREEMENT = 0.1
const GROWTH_INTERVAL_MS = 3_000
/** A service that counts by long windows shows late that it is too much, so growth is slow after a long cycle. */
const GROWTH_INTERVAL_SHARE = 0.25
const GROWTH_INTERVAL_MAX_MS = 48_000
const GROWTH_FIRST = 0.02
const GROWTH_LIMIT = 0.32
/** Confirmed so often, the interval does not become longer. */
const CONFIRMATION_LIMIT = 4

interface Reopening {
  readonly atMs: number
  readonly pauseMs: number
  /** Requests of the cycle before it. */
  taken: number
}

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
  #reopened: Reopening | undefined
  #measured: number | undefined
  #confirmations = 0
  #growth = GROWTH_FIRST
  #grownAtMs = 0
  #intervalMs = GROWTH_INTERVAL_MS
  #refusedAtMs = 0

  /** Undefined until something was refused. */
  get perMinute(): number | undefined {
    return this.#perMinute
  }

  /** @param pausedUntilMs end of the last pause */
  departed(nowMs: number, pausedUntilMs: number): void {
    this.#cycleAtMs ??= nowMs
    if (this.#isRefused && nowMs >= pausedUntilMs)
      this.#reopened ??= { atMs: nowMs, pauseMs: nowMs - this.#refusedAtMs, taken: this.#taken }
    this.#taken++
  }

  /** One that departed has never reached the service. */
  spared(startedAtMs: number): void {
    this.#taken--
    if (this.#reopened === undefined) return
    if (startedAtMs < this.#reopened.atMs) this.#reopened.taken--
    else if (startedAtMs === this.#reopened.atMs) this.#reopened = undefined
  }

  /** @param isLevel too many ran at the same time; of their rate this says nothing */
  refused(startedAtMs: number, nowMs: number, isLevel: boolean): void {
    this.#refusedAtMs = nowMs
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

  #measure(reopened: Reopening): void {
    const cycleMs = reopened.atMs - this.#cycleAtMs!
    this.#isRefused = this.#isRefusedAgain
    this.#isRefusedAgain = false
    this.#reopened = undefined
    const minimumMs =
      this.#measured === undefined ? 1 : Math.max(CYCLE_MIN_MS, CYCLE_PER_PAUSE * reopened.pauseMs)
    if (reopened.taken < SAMPLE_COUNT || cycleMs < minimumMs) return
    const measured = (reopened.taken / cycleMs) * MINUTE_MS
    const isConfirmed =
      this.#measured !== undefined && Math.abs(measured - this.#measured) < AGREEMENT * this.#measured
    this.#confirmations = isConfirmed ? Math.min(CONFIRMATION_LIMIT, this.#confirmations + 1) : 0
    this.#measured = measured
    this.#perMinute = measured * CAUTION
    this.#growth = GROWTH_FIRST
    this.#grownAtMs = reopened.atMs
    this.#intervalMs = Math.max(GROWTH_INTERVAL_MS, cycleMs * GROWTH_INTERVAL_SHARE)
    this.#cycleAtMs = reopened.atMs
    this.#taken -= reopened.taken
  }

  #grow(nowMs: number): void {
    if (this.#perMinute === undefined) return
    const intervalMs = Math.min(GROWTH_INTERVAL_MAX_MS, this.#intervalMs * 2 ** this.#confirmations)
    if (nowMs - this.#grownAtMs < intervalMs) return
    this.#perMinute *= 1 + this.#growth
    this.#growth = Math.min(GROWTH_LIMIT, this.#growth * 2)
    this.#grownAtMs = nowMs
  }
}
