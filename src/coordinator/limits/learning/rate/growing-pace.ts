import { Pace } from '../../pace.js'
import { EXTRA_WAIT_MS } from '../extra-wait.js'

/** What is learned is kept to with this much distance. */
const CAUTION = 0.98
const GROWTH_FIRST = 0.08
const GROWTH_LIMIT = 0.32
/** Accepted requests, held back by the rate, after which more is tried. */
const GROWTH_COUNT = 5
/** Requests taken one by one above the rate, until it grows by a step; and so many more for each step before. */
const FIRST_TAKEN = 2
const MORE_TAKEN = 1
/** What a service has saved up since it last refused: so much of what was sent. */
const SAVED_UP = 0.02
/** Looking for more may cost one request in so many. */
const PRICE = 40
const REST_FIRST_COUNT = 60
const REST_FACTOR = 1.2
const REST_MAX_COUNT = 500
/** No rest is longer at first, and after each one so many times as long: a rate may be far too low. */
const REST_FIRST_MS = 4_000
const REST_MS_FACTOR = 1.5
const MINUTE_MS = 60_000

/** Single requests above a rate, to see whether it still holds: the next one is sent when the last one was taken, or soon. */
interface Trial {
  /** Of the last one, as long as nobody knows what becomes of it. */
  sentAtMs: number | undefined
  taken: number
  /** So many are to be taken, until the rate grows. */
  needed: number
}

/**
 * A rate that was measured. Now and then single requests are sent between those that it lets pass: where one is
 * refused, the rate stands, and it has cost one; where several are taken, it grows, slowly at first, then faster. After
 * one that was refused, the next step is made without: a service that spaces requests out refuses them all. After too
 * much it goes back step by step, and rests for as many requests as the refusals are worth.
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
  #restMs = REST_FIRST_MS
  /** Undefined: no more is tried. */
  #trial: Trial | undefined
  /** A service that spaces requests out refuses each trial: the next step is made without one. */
  #isRefusedTrial = false
  /** Accepted requests since one was refused. */
  #sinceRefused = 0

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
    return Math.min(this.#pace.opensAtMs, this.#trialAtMs)
  }

  /** The earliest moment for one above the rate. */
  get #trialAtMs(): number {
    if (this.#trial === undefined) return Number.POSITIVE_INFINITY
    // Between two others: sent together with one, it would be refused by a service that spaces requests out.
    const betweenMs = this.#pace.opensAtMs - MINUTE_MS / this.perMinute / 2
    return Math.max(betweenMs, (this.#trial.sentAtMs ?? Number.NEGATIVE_INFINITY) + EXTRA_WAIT_MS)
  }

  /** @returns true when it is one above the rate */
  take(nowMs: number): boolean {
    if (this.#trial !== undefined && this.#trialAtMs <= nowMs && nowMs < this.#pace.opensAtMs) {
      this.#trial.sentAtMs = nowMs
      return true
    }
    this.#pace.take(1, nowMs)
    return false
  }

  /** A call has never reached the service. @param isAbove it was one above the rate */
  giveBack(isAbove: boolean): void {
    if (isAbove) this.tried(undefined, 0)
    else this.#pace.correct(-1)
  }

  /** What became of one above the rate. @param isTaken undefined: it says nothing */
  tried(isTaken: boolean | undefined, nowMs: number): void {
    if (isTaken === false) this.#sinceRefused = 0
    const trial = this.#trial
    if (trial === undefined) return
    trial.sentAtMs = undefined
    if (isTaken === false) {
      this.#isRefusedTrial = true
      this.rest(0)
    } else if (isTaken && ++trial.taken === trial.needed) {
      this.#grow(nowMs)
      this.#trial = { sentAtMs: undefined, taken: 0, needed: FIRST_TAKEN + MORE_TAKEN * this.#steps.length }
    }
  }

  /** A request was accepted while others waited for this rate. @param isQuiet no more than usual is refused */
  accepted(sentAtMs: number, isQuiet: boolean, nowMs: number): void {
    this.#sinceRefused++
    if (sentAtMs < this.#grownAtMs) return
    if (--this.#toGrowth > 0 || !isQuiet) return
    if (this.#isResting) this.#steps = []
    this.#isResting = false
    this.#toGrowth = GROWTH_COUNT
    const savedUp = Math.ceil(SAVED_UP * this.#sinceRefused)
    if (this.#trial === undefined && this.#isRefusedTrial) this.#grow(nowMs)
    else this.#trial ??= { sentAtMs: undefined, taken: 0, needed: 1 + savedUp }
    this.#isRefusedTrial = false
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
    this.#trial = undefined
    this.#sinceRefused = 0
    this.#growth = GROWTH_FIRST
    this.#restCount = Math.min(REST_MAX_COUNT, Math.max(this.#restCount, PRICE * refusedCount))
    this.#toGrowth = Math.min(this.#restCount, Math.ceil((this.#restMs * this.perMinute) / MINUTE_MS))
    this.#restCount *= REST_FACTOR
    this.#restMs *= REST_MS_FACTOR
  }

  /** Refusals had another reason: it grows at once. */
  growAgain(): void {
    this.#isResting = false
    this.#trial = undefined
    this.#steps = []
    this.#growth = GROWTH_FIRST
    this.#toGrowth = GROWTH_COUNT
  }

  #grow(nowMs: number): void {
    this.#steps.push(this.perMinute)
    this.#pace.perMinute *= 1 + this.#growth
    this.#growth = Math.min(GROWTH_LIMIT, this.#growth * 2)
    this.#grownAtMs = nowMs
  }
}
