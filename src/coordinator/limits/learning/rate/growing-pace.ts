import { Pace } from '../../pace.js'

/** What is learned is kept to with this much distance. */
const CAUTION = 0.98
const GROWTH_FIRST = 0.08
const GROWTH_LIMIT = 0.32
/** Accepted requests, held back by the rate, after which it grows. */
const GROWTH_COUNT = 20
/** Looking for more may cost one request in so many. */
const PRICE = 40
const REST_FIRST_COUNT = 100
const REST_FACTOR = 1.5
const REST_MAX_COUNT = 500

/**
 * A rate that was measured, and that grows as long as no more than usual is refused: slowly at first, then faster.
 * After too much it goes back step by step, and rests for as many requests as the refusals are worth.
 */
export class GrowingPace {
  readonly #pace: Pace
  #growth = GROWTH_FIRST
  #grownAtMs = Number.NEGATIVE_INFINITY
  /** Accepted requests until the rate grows. */
  #toGrowth = GROWTH_COUNT
  /** Rates below this one, at which no more than usual was refused; empty when it is known to be right. */
  #steps: number[] = []
  #isResting = false
  #restCount = REST_FIRST_COUNT

  constructor(measuredPerMinute: number) {
    this.#pace = new Pace(measuredPerMinute * CAUTION)
  }

  /** A rate that was measured is kept to so far below. */
  static below(perMinute: number): number {
    return perMinute * CAUTION
  }

  get perMinute(): number {
    return this.#pace.perMinute
  }

  /** More is tried than what is known to be right. */
  get isProbing(): boolean {
    return this.#steps.length > 0
  }

  /** The earliest moment for the next call. */
  get opensAtMs(): number {
    return this.#pace.opensAtMs
  }

  take(nowMs: number): void {
    this.#pace.take(1, nowMs)
  }

  /** A call has never reached the service. */
  giveBack(): void {
    this.#pace.correct(-1)
  }

  /** A request was accepted while others waited for this rate. @param isQuiet no more than usual is refused */
  accepted(sentAtMs: number, isQuiet: boolean, nowMs: number): void {
    if (sentAtMs < this.#grownAtMs) return
    if (--this.#toGrowth > 0 || !isQuiet) return
    if (this.#isResting) this.#steps = []
    this.#isResting = false
    this.#steps.push(this.perMinute)
    this.#pace.perMinute *= 1 + this.#growth
    this.#growth = Math.min(GROWTH_LIMIT, this.#growth * 2)
    this.#toGrowth = GROWTH_COUNT
    this.#grownAtMs = nowMs
  }

  /** It was too much. @param refusedCount what it has cost to know it */
  stepBack(refusedCount: number): void {
    const rate = this.#steps.pop()
    if (rate === undefined) return
    this.#pace.perMinute = rate
    this.rest(refusedCount)
  }

  /** It was measured twice: it does not grow for a while, the longer the longer it has held. */
  restAfter(earlier: GrowingPace | undefined): void {
    if (earlier !== undefined) this.#restCount = earlier.#restCount
    this.rest(0)
  }

  /** It does not grow for a while. */
  rest(refusedCount: number): void {
    this.#isResting = true
    this.#growth = GROWTH_FIRST
    this.#restCount = Math.min(REST_MAX_COUNT, Math.max(this.#restCount, PRICE * refusedCount))
    this.#toGrowth = this.#restCount
    this.#restCount *= REST_FACTOR
  }

  /** Refusals had another reason: it grows at once. */
  growAgain(): void {
    this.#isResting = false
    this.#steps = []
    this.#growth = GROWTH_FIRST
    this.#toGrowth = GROWTH_COUNT
  }
}
