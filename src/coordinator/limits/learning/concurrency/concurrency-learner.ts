import type { CallOutcome, SentCall } from '../evidence/dispatch-order.js'
import { doubtOf, type Epoch, LatencyFall, latencyOf, newEpoch } from './epoch.js'
import { TroubleWatch } from './trouble-watch.js'

/** Attempts at the start, when latency is watched. */
const INITIAL = 8
const EPOCH_MIN_COUNT = 30
/** Latency may be so much higher than at low load: what differs from call to call is no sign of load. */
const TOLERANCE = 1.1
/** At the start the limit is doubled until latency is so much higher. */
const START_TOLERANCE = 1.25
const GROWTH = 0.04
const DOUBLING = 1
/** Accepted calls until more is tried than what is known to be right: after each failure so many times more. */
const REST_FIRST_COUNT = 40
/** The same, for each call at once that is known to be right: a small limit is soon seen to be wrong. */
const REST_FIRST_ROUNDS = 2
const REST_LEAST_COUNT = 8
const REST_FACTOR = 2
const REST_MAX_COUNT = 1_500
/** Looking for more may cost one call in so many. */
const PRICE = 100
/** A limit below this share of the one before is another limit, and not a better measurement. */
const SAME = 0.8
/** Less than this share of what was sustained is believed only after many calls. */
const HALF = 0.5
/** Calls at work when a lower limit refuses one are still more than it: so many of them are kept. */
const FALLEN = 0.9
/** Every so many epochs the load is halved for one, to see the latency at low load again (as BBR does). */
const BASE_EPOCHS = 30

/**
 * Finds how many attempts at the same time a service takes. Refusals set the limit to the level that parts them from
 * results. Then more is tried, seldom at first and faster as long as it is accepted, and after a failure what was
 * sustained is kept for longer. Where trouble grows with load ({@link TroubleWatch}), the limit is what was answered
 * without. With `latency`, the limit follows the gradient between the latency at low load and now (TCP Vegas; Netflix's
 * concurrency-limits). It grows only while it is used.
 */
export class ConcurrencyLearner {
  readonly #watchesLatency: boolean
  #limit: number
  /** Share that the limit grows by in an epoch; doubled at the start, and as long as more is accepted. */
  #growth = DOUBLING
  /** The highest limit at which no more than usual was refused; infinity: no limit is known. */
  #sustained = Number.POSITIVE_INFINITY
  /** So many at once were taken for a whole epoch, with no more refusals than usual. */
  #isProven = false
  /** What was sustained before the service began to refuse at lower and lower levels. */
  #fellFrom: number | undefined
  /** Accepted attempts until more than that is tried. */
  #toGrowth = 0
  #restCount = REST_FIRST_COUNT
  /** Milliseconds at low load. */
  #baseMs = Number.POSITIVE_INFINITY
  #epochsToBase = BASE_EPOCHS
  #limitBeforeBase: number | undefined
  readonly #fall = new LatencyFall()
  #epoch = newEpoch(Number.NEGATIVE_INFINITY)
  readonly #trouble = new TroubleWatch()
  /** The limit while a lower one is tried. */
  #limitBeforeTrouble = Number.POSITIVE_INFINITY

  constructor(learning: 'refusals' | 'latency') {
    this.#watchesLatency = learning === 'latency'
    this.#limit = this.#watchesLatency ? INITIAL : Number.POSITIVE_INFINITY
  }

  /** More is tried than what was sustained. */
  get isProbing(): boolean {
    return this.limit > this.#sustained
  }

  get isKnown(): boolean {
    return Number.isFinite(this.#sustained)
  }

  get limit(): number {
    return Math.max(1, Math.floor(this.#limit))
  }

  sent(call: SentCall): void {
    this.#trouble.sent(call)
  }

  /** Attempts that will never come back. */
  lost(): void {
    this.#trouble.lost()
  }

  /**
   * An attempt has come back.
   * @param level attempts in flight when it was sent, itself counted
   * @param isTroubled the service was busy, broken or too slow; undefined: this one says nothing of its load
   */
  ended(call: SentCall, level: number, isTroubled: boolean | undefined, nowMs: number): void {
    const step = this.#trouble.ended(call, level, isTroubled)
    if (step === undefined) return
    this.#epoch = newEpoch(nowMs)
    if (step.type === 'cut') {
      this.#limitBeforeTrouble = this.#limitBeforeBase ?? this.#limit
      this.#limitBeforeBase = undefined
      this.#limit = Math.min(this.#limit, step.limit)
    } else if (step.type === 'keep') this.#growth = GROWTH
    else this.#limit = this.#limitBeforeTrouble
  }

  /**
   * @param level attempts in flight when it was sent, itself counted
   * @param isQuiet no more than usual is refused
   */
  accepted(level: number, startedAtMs: number, nowMs: number, isQuiet: boolean): void {
    if (this.#toGrowth > 0) this.#toGrowth--
    if (startedAtMs < this.#epoch.startedAtMs || this.#trouble.isExperimenting) return
    const latencyMs = nowMs - startedAtMs
    this.#epoch.latencyMs += latencyMs
    this.#epoch.squares += latencyMs * latencyMs
    this.#epoch.accepted++
    if (isQuiet) this.#count(level, nowMs)
  }

  /**
   * So many at once are what the service takes, as refusals have shown.
   * @param isSettled much was seen since the last pause: right after one, a window that is used up looks the same
   * @returns false when no more than that was sent anyway, or when it is not believed
   */
  limitTo(level: number, isSettled: boolean, nowMs: number): boolean {
    if (level >= this.limit) return false
    const isNew = !this.isKnown || level < SAME * this.#sustained
    if (this.isKnown && !isSettled && level < HALF * this.#sustained) return false
    this.#restCount = isNew ? firstRest(level) : Math.min(REST_MAX_COUNT, REST_FACTOR * this.#restCount)
    if (isNew) this.#isProven = false
    this.#keepTo(level, nowMs)
    this.#trouble.reset()
    return true
  }

  /**
   * The service refuses whatever is sent, while it works on so many: it takes fewer at once than before, or nothing.
   * Fewer calls are sent, without a pause for those at work.
   * @returns false when it is closed: it refuses even half of what was sustained
   */
  fallTo(level: number, nowMs: number): boolean {
    const from = this.#fellFrom ?? this.#sustained
    if (!this.#isProven || level < Math.max(1, HALF * from)) {
      if (this.#fellFrom !== undefined) this.#keepTo(from, nowMs)
      this.#fellFrom = undefined
      return false
    }
    this.#restCount = REST_FIRST_COUNT
    this.#keepTo(Math.max(1, Math.floor(FALLEN * Math.min(level, this.limit))), nowMs)
    this.#fellFrom = from
    return true
  }

  /**
   * More than what was sustained was too much: `level` parts refusals from results; undefined: none does.
   * @param refusedCount what it has cost to know it: as a rule, as many as were sent above it
   */
  stepBack(level: number | undefined, refusedCount: number, nowMs: number): void {
    const price = PRICE * Math.max(refusedCount, this.limit - this.#sustained)
    this.#restCount = Math.min(REST_FACTOR * this.#restCount, Math.max(firstRest(this.#sustained), price))
    this.#keepTo(Math.max(this.#sustained, Math.min(level ?? 0, this.limit - 1)), nowMs)
  }

  /** A limit is known, and calls have come up to it. */
  isUsedBy(outcomes: readonly CallOutcome[]): boolean {
    const near = outcomes.filter(({ level }) => level >= 0.9 * this.limit).length
    return this.isKnown && near >= outcomes.length / 2
  }

  /** Some more than usual are refused, though the limit is kept to. */
  stepDown(nowMs: number): void {
    this.#keepTo(Math.max(1, Math.floor(this.#sustained - Math.max(1, GROWTH * this.#sustained))), nowMs)
  }

  #keepTo(level: number, nowMs: number): void {
    this.#limit = level
    this.#sustained = level
    this.#growth = GROWTH
    this.#toGrowth = this.#restCount
    this.#epoch = newEpoch(nowMs)
  }

  #count(level: number, nowMs: number): void {
    const epoch = this.#epoch
    if (level >= this.limit) epoch.isUsed = true
    const least = this.#growth === DOUBLING || !this.#watchesLatency ? INITIAL : EPOCH_MIN_COUNT
    const size = Number.isFinite(this.#limit) ? Math.max(least, this.limit) : EPOCH_MIN_COUNT
    if (epoch.accepted < size) return
    this.#epoch = newEpoch(nowMs)
    this.#fellFrom = undefined
    if (epoch.isUsed) this.#isProven = true
    this.#adjust(epoch)
  }

  #adjust(epoch: Epoch): void {
    const before = this.#limitBeforeBase
    if (before !== undefined) {
      this.#baseMs = latencyOf(epoch)
      this.#limitBeforeBase = undefined
      this.#limit = before
      return
    }
    if (epoch.isUsed) this.#sustain()
    if (this.#watchesLatency) this.#followLatency(epoch)
    else if (epoch.isUsed) this.#limit += this.#step
    if (this.#toGrowth > 0) this.#limit = Math.min(this.#limit, this.#sustained)
  }

  /** A whole epoch at the limit, without more refusals than usual. */
  #sustain(): void {
    const hasGrown = this.isProbing || !this.isKnown
    if (this.isProbing) this.#sustained = this.limit
    if (!hasGrown) return
    if (!this.#watchesLatency) this.#growth = Math.min(DOUBLING, 2 * this.#growth)
    else if (this.isKnown) this.#growth = DOUBLING
  }

  get #step(): number {
    // At least 1, then 2, 4, 8, where a share of a small limit would be less.
    return Math.max(1, Math.min(this.#growth / GROWTH, this.#limit), this.#growth * this.#limit)
  }

  #followLatency(epoch: Epoch): void {
    const latencyMs = latencyOf(epoch)
    const doubtMs = doubtOf(epoch)
    this.#baseMs = Math.min(this.#baseMs, latencyMs + doubtMs)
    const gradient = this.#baseMs / Math.max(this.#baseMs, latencyMs - doubtMs)
    if (this.#growth === DOUBLING) {
      if (gradient * START_TOLERANCE >= 1) {
        if (epoch.isUsed) this.#limit += this.#step
        return
      }
      this.#growth = GROWTH
    }
    if (this.#fall.isInVain(TOLERANCE * gradient < 1, this.#limit, latencyMs)) {
      this.#baseMs = latencyMs
      return
    }
    const target = this.#limit * Math.min(1, TOLERANCE * gradient) + (epoch.isUsed ? this.#step : 0)
    this.#limit = Math.max(1, (this.#limit + target) / 2)
    if (--this.#epochsToBase > 0 || this.#limit < 4) return
    this.#epochsToBase = BASE_EPOCHS
    this.#limitBeforeBase = this.#limit
    this.#limit /= 2
  }
}

const firstRest = (level: number): number =>
  Math.min(REST_FIRST_COUNT, Math.max(REST_LEAST_COUNT, REST_FIRST_ROUNDS * level))
