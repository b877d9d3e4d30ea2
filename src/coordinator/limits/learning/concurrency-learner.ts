import type { SentCall } from './dispatch-order.js'
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
/** When the limit has fallen to this share and latency has stayed above the other, load is not its cause. */
const FALL = 0.7
const FALL_LATENCY = 0.9
/** Trying a level again that was refused may cost one request in so many. */
const PRICE = 75
const REST_MIN_COUNT = 450
const REST_MAX_COUNT = 1_500
/** Every so many epochs the load is halved for one, to see the latency at low load again (as BBR does). */
const BASE_EPOCHS = 30

/**
 * Finds how many attempts at the same time a service takes. Refusals above what it has accepted before cut the
 * limit to that level, which is then approached seldom; where trouble grows with load ({@link TroubleWatch}), the limit
 * is what was answered without. With `latency`, the limit follows the gradient between the latency at low load and now (TCP Vegas;
 * Netflix's concurrency-limits). It grows only while it is used.
 */
export class ConcurrencyLearner {
  readonly #watchesLatency: boolean
  #limit: number
  /** Share that the limit grows by in an epoch; doubled at the start, and when a cut was a mistake. */
  #growth = DOUBLING
  /** The level that was refused last, and is left alone for a while. */
  #ceiling = Number.POSITIVE_INFINITY
  /** Accepted attempts until it is tried again. */
  #toCeiling = 0
  /** Milliseconds at low load. */
  #baseMs = Number.POSITIVE_INFINITY
  #epochsToBase = BASE_EPOCHS
  #limitBeforeBase: number | undefined
  /** Where the limit began to fall. */
  #fall: { readonly limit: number; readonly latencyMs: number } | undefined
  #epoch = newEpoch(Number.NEGATIVE_INFINITY)
  readonly #trouble = new TroubleWatch()
  /** The limit while a lower one is tried. */
  #limitBeforeTrouble = Number.POSITIVE_INFINITY

  constructor(learning: 'refusals' | 'latency') {
    this.#watchesLatency = learning === 'latency'
    this.#limit = this.#watchesLatency ? INITIAL : Number.POSITIVE_INFINITY
  }

  /** A level is tried that was refused. */
  get isProbing(): boolean {
    return this.isKnown && this.#limit >= this.#ceiling
  }

  get isKnown(): boolean {
    return Number.isFinite(this.#ceiling)
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
    switch (step.type) {
      case 'cut':
        this.#limitBeforeTrouble = this.#limitBeforeBase ?? this.#limit
        this.#limitBeforeBase = undefined
        this.#limit = Math.min(this.#limit, step.limit)
        break
      case 'keep':
        this.#growth = GROWTH
        break
      case 'restore':
        this.#limit = this.#limitBeforeTrouble
        break
    }
  }

  /**
   * @param level attempts in flight when it was sent, itself counted
   * @param isQuiet no more than usual is refused
   */
  accepted(level: number, startedAtMs: number, nowMs: number, isQuiet: boolean): void {
    if (this.#toCeiling > 0) this.#toCeiling--
    if (startedAtMs < this.#epoch.startedAtMs || this.#trouble.isExperimenting) return
    const latencyMs = nowMs - startedAtMs
    this.#epoch.latencyMs += latencyMs
    this.#epoch.squares += latencyMs * latencyMs
    this.#epoch.accepted++
    if (isQuiet) this.#count(level, nowMs)
  }

  /**
   * So many at once are what the service takes, as refusals have shown.
   * @param refusedCount what it has cost to learn it
   * @returns false when no more than that was sent anyway
   */
  limitTo(level: number, refusedCount: number, nowMs: number): boolean {
    if (level >= this.limit) return false
    this.#limit = level
    this.#ceiling = level + 1
    this.#growth = GROWTH
    this.#toCeiling = Math.min(REST_MAX_COUNT, Math.max(REST_MIN_COUNT, PRICE * refusedCount))
    this.#epoch = newEpoch(nowMs)
    this.#trouble.reset()
    return true
  }

  #count(level: number, nowMs: number): void {
    const epoch = this.#epoch
    if (level >= this.limit) epoch.isUsed = true
    const least = this.#growth === DOUBLING ? INITIAL : EPOCH_MIN_COUNT
    const size = Number.isFinite(this.#limit) ? Math.max(least, this.limit) : EPOCH_MIN_COUNT
    if (epoch.accepted < size) return
    this.#epoch = newEpoch(nowMs)
    this.#adjust(epoch)
  }

  #adjust(epoch: Epoch): void {
    const before = this.#limitBeforeBase
    if (before !== undefined) {
      this.#baseMs = meanOf(epoch)
      this.#limitBeforeBase = undefined
      this.#limit = before
      return
    }
    if (epoch.isUsed && this.#limit >= this.#ceiling) {
      // A whole epoch at the level that was refused once: something else was the reason.
      this.#ceiling = Number.POSITIVE_INFINITY
      this.#growth = this.#watchesLatency ? DOUBLING : 2 * GROWTH
    } else if (epoch.isUsed && !this.#watchesLatency && !this.isKnown)
      this.#growth = Math.min(DOUBLING, 2 * this.#growth)
    if (this.#watchesLatency) this.#followLatency(epoch)
    else if (epoch.isUsed) this.#limit += this.#step
    if (this.#limit >= this.#ceiling) this.#limit = this.#toCeiling > 0 ? this.#ceiling - 1 : this.#ceiling
  }

  get #step(): number {
    return Math.max(1, this.#growth * this.#limit)
  }

  #followLatency(epoch: Epoch): void {
    const latencyMs = meanOf(epoch)
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
    if (this.#isFallInVain(gradient, latencyMs)) {
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

  /** The service has become slower for reasons of its own: fewer calls would not make it faster. */
  #isFallInVain(gradient: number, latencyMs: number): boolean {
    if (TOLERANCE * gradient >= 1) {
      this.#fall = undefined
      return false
    }
    this.#fall ??= { limit: this.#limit, latencyMs }
    if (this.#limit > FALL * this.#fall.limit) return false
    const isInVain = latencyMs > FALL_LATENCY * this.#fall.latencyMs
    this.#fall = undefined
    return isInVain
  }
}

const meanOf = ({ latencyMs, accepted }: Epoch): number => latencyMs / accepted

/** The standard error of the mean: calls of different length are no sign of load. */
function doubtOf({ latencyMs, squares, accepted }: Epoch): number {
  const variance = Math.max(0, squares / accepted - (latencyMs / accepted) ** 2)
  return Math.sqrt(variance / accepted)
}

interface Epoch {
  readonly startedAtMs: number
  accepted: number
  /** Sum over the accepted ones. */
  latencyMs: number
  /** Of the latencies, summed. */
  squares: number
  /** The limit was reached, so that a higher one would have been used. */
  isUsed: boolean
}

const newEpoch = (startedAtMs: number): Epoch => ({
  startedAtMs,
  accepted: 0,
  latencyMs: 0,
  squares: 0,
  isUsed: false,
})
