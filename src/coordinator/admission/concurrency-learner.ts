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
/** Share of troubled answers that says: too much. */
const TROUBLE = 0.1
const TROUBLE_CUT = 0.7
/** Epochs until a level that was refused is tried again; doubled each time that it is refused again. */
const HOLD_EPOCHS = 2
const HOLD_DOUBLINGS = 8
/** Every so many epochs the load is halved for one, to see the latency at low load again (as BBR does). */
const BASE_EPOCHS = 30

/**
 * Finds how many attempts at the same time a service takes. Refusals above what it has accepted before cut the
 * limit to that level, which is then approached seldom; an epoch with many troubled answers cuts it by a share
 * (AIMD). With `latency`, the limit follows the gradient between the latency at low load and now (TCP Vegas;
 * Netflix's concurrency-limits). It grows only while it is used.
 */
export class ConcurrencyLearner {
  readonly #watchesLatency: boolean
  #limit: number
  /** Share that the limit grows by in an epoch; doubled at the start, and when a cut was a mistake. */
  #growth = DOUBLING
  /** Highest level accepted since the last cut. */
  #proven = 0
  #cutAtMs = Number.NEGATIVE_INFINITY
  #isCutByLevel = false
  /** Refusals of the same moment, and what was proven and the limit before them. */
  #round = { floor: 0, highest: 0, refusals: 0, limit: 0 }
  /** The level that was refused last, and is left alone for a while. */
  #ceiling = Number.POSITIVE_INFINITY
  #holdEpochs = 0
  #holds = 0
  /** Milliseconds at low load. */
  #baseMs = Number.POSITIVE_INFINITY
  #epochsToBase = BASE_EPOCHS
  #limitBeforeBase: number | undefined
  /** Where the limit began to fall. */
  #fall: { readonly limit: number; readonly latencyMs: number } | undefined
  #epoch = newEpoch(Number.NEGATIVE_INFINITY)

  constructor(learning: 'refusals' | 'latency') {
    this.#watchesLatency = learning === 'latency'
    this.#limit = this.#watchesLatency ? INITIAL : Number.POSITIVE_INFINITY
  }

  get limit(): number {
    return Math.max(1, Math.floor(this.#limit))
  }

  /** @param level attempts in flight when it departed, itself counted */
  accepted(level: number, startedAtMs: number, nowMs: number): void {
    // Of those that departed before a cut, only so many were in flight as it left.
    this.#proven = Math.max(this.#proven, startedAtMs < this.#cutAtMs ? Math.min(level, this.limit) : level)
    if (startedAtMs < this.#epoch.startedAtMs) return
    const latencyMs = nowMs - startedAtMs
    this.#epoch.latencyMs += latencyMs
    this.#epoch.squares += latencyMs * latencyMs
    this.#epoch.accepted++
    this.#count(level, nowMs)
  }

  troubled(level: number, startedAtMs: number, nowMs: number): void {
    if (startedAtMs < this.#epoch.startedAtMs) return
    this.#epoch.troubled++
    this.#count(level, nowMs)
  }

  /**
   * @param inFlight attempts that are left
   * @param isRate the service says that it counts requests or tokens, not what runs at the same time
   * @returns true when the level is taken for the reason, and not the rate
   */
  refused(level: number, startedAtMs: number, nowMs: number, inFlight: number, isRate: boolean): boolean {
    if (startedAtMs < this.#cutAtMs) {
      if (this.#isCutByLevel) this.#cut(level)
      return this.#isCutByLevel
    }
    if (isRate || level <= this.#proven) return false
    this.#cutAtMs = nowMs
    this.#isCutByLevel = true
    this.#growth = GROWTH
    this.#round = { floor: this.#proven, highest: inFlight + 1, refusals: 0, limit: this.#limit }
    this.#holds = level >= this.#ceiling ? Math.min(HOLD_DOUBLINGS, this.#holds + 1) : 0
    this.#holdEpochs = HOLD_EPOCHS * 2 ** this.#holds
    this.#cut(level)
    this.#epoch = newEpoch(nowMs)
    return true
  }

  /** Of those in flight together, what was not refused is what fits. */
  #cut(level: number): void {
    const round = this.#round
    round.refusals++
    round.highest = Math.max(round.highest, level)
    const fitting = Math.max(1, round.floor, round.highest - round.refusals)
    this.#limit = Math.min(round.limit, fitting)
    this.#ceiling = this.limit + 1
    this.#proven = Math.min(this.#proven, this.limit)
  }

  #count(level: number, nowMs: number): void {
    const epoch = this.#epoch
    if (level >= this.limit) epoch.isUsed = true
    const count = epoch.accepted + epoch.troubled
    const least = this.#growth === DOUBLING ? INITIAL : EPOCH_MIN_COUNT
    const size = Number.isFinite(this.#limit) ? Math.max(least, this.limit) : EPOCH_MIN_COUNT
    if (count < size) return
    this.#epoch = newEpoch(nowMs)
    if (epoch.troubled > TROUBLE * count) this.#cutByTrouble(level, nowMs)
    else this.#adjust(epoch)
  }

  #cutByTrouble(level: number, nowMs: number): void {
    this.#growth = GROWTH
    this.#isCutByLevel = false
    this.#cutAtMs = nowMs
    this.#limit = Math.max(1, Math.min(this.#limit, level) * TROUBLE_CUT)
  }

  #adjust(epoch: Epoch): void {
    if (this.#holdEpochs > 0) this.#holdEpochs--
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
      this.#growth = DOUBLING
    }
    if (this.#watchesLatency) this.#followLatency(epoch)
    else if (epoch.isUsed) this.#limit += this.#step
    if (this.#limit >= this.#ceiling) this.#limit = this.#holdEpochs > 0 ? this.#ceiling - 1 : this.#ceiling
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
  troubled: number
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
  troubled: 0,
  latencyMs: 0,
  squares: 0,
  isUsed: false,
})
