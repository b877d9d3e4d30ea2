/** Weight of the newest job, once enough were seen. */
const RECENT = 0.1
/** Whatever a service claims, a job counts as no more times what its texts suggest. */
const FACTOR_LIMIT = 100

/**
 * Tokens that the next job of a family will use. What its texts suggest is off by a factor that jobs of one family
 * share, and that each one that ends shows.
 */
export class TokenEstimate {
  #factor = 1
  #seen = 0

  /** @param likely as many as its texts suggest */
  next(likely: number): number {
    return this.#factor * likely
  }

  /** @param used by a job, really */
  note(likely: number, used: number): void {
    if (!(likely > 0)) return
    this.#seen++
    const weight = Math.max(RECENT, 1 / this.#seen)
    this.#factor += weight * (Math.min(FACTOR_LIMIT, used / likely) - this.#factor)
  }
}
