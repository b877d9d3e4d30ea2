import { doubtOf, type Epoch, LatencyFall, latencyOf } from './epoch.js'

/** Share that the limit grows by in an epoch. */
const GROWTH = 0.04
const DOUBLING = 1
/** Latency may be so much higher than at low load: what differs from call to call is no sign of load. */
const TOLERANCE = 1.1
/** At the start the limit is doubled until latency is so much higher. */
const START_TOLERANCE = 1.25
/** Every so many epochs the load is halved for one, to see the latency at low load again (as BBR does). */
const BASE_EPOCHS = 30

/** What follows from an epoch. */
interface Followed {
  readonly limit: number
  /** The next epoch is to be at low load, and this is the limit after it. */
  readonly after?: number
}

/**
 * Sets a number of calls at once by the gradient between the latency at low load and now, as TCP Vegas and Netflix's
 * concurrency-limits do.
 */
export class LatencyFollower {
  /** Doubled at the start, and as long as more is accepted. */
  #growth = DOUBLING
  /** Milliseconds at low load. */
  #baseMs = Number.POSITIVE_INFINITY
  #epochsToBase = BASE_EPOCHS
  readonly #fall = new LatencyFall()

  get isDoubling(): boolean {
    return this.#growth === DOUBLING
  }

  /** More than before was sustained. */
  speedUp(): void {
    this.#growth = DOUBLING
  }

  slowDown(): void {
    this.#growth = GROWTH
  }

  /** An epoch at low load is over. */
  rebase(epoch: Epoch): void {
    this.#baseMs = latencyOf(epoch)
  }

  /** A limit that is not known by refusals grows, slowly at first, then faster. */
  grow(limit: number): number {
    this.#growth = Math.min(DOUBLING, 2 * this.#growth)
    return limit + this.#step(limit)
  }

  follow(epoch: Epoch, limit: number): Followed {
    const gradient = this.#gradientOf(epoch)
    if (this.isDoubling && gradient * START_TOLERANCE >= 1)
      return { limit: epoch.isUsed ? limit + this.#step(limit) : limit }
    this.slowDown()
    if (this.#fall.isInVain(TOLERANCE * gradient < 1, limit, latencyOf(epoch))) {
      this.rebase(epoch)
      return { limit }
    }
    const step = epoch.isUsed ? this.#step(limit) : 0
    const next = Math.max(1, (limit + limit * Math.min(1, TOLERANCE * gradient) + step) / 2)
    if (--this.#epochsToBase > 0 || next < 4) return { limit: next }
    this.#epochsToBase = BASE_EPOCHS
    return { limit: next / 2, after: next }
  }

  #gradientOf(epoch: Epoch): number {
    const latencyMs = latencyOf(epoch)
    const doubtMs = doubtOf(epoch)
    this.#baseMs = Math.min(this.#baseMs, latencyMs + doubtMs)
    return this.#baseMs / Math.max(this.#baseMs, latencyMs - doubtMs)
  }

  #step(limit: number): number {
    // At least 1, then 2, 4, 8, where a share of a small limit would be less.
    return Math.max(1, Math.min(this.#growth / GROWTH, limit), this.#growth * limit)
  }
}
