/** Where a family stands that has a job to start. */
export interface Rank {
  /** Nothing of it is running. */
  readonly isIdle: boolean
  /** Of the job that would start. */
  readonly layer: number
  /** Its active jobs, for each unit of its weight. */
  readonly share: number
}

const WORST: Rank = { isIdle: false, layer: -1, share: Number.POSITIVE_INFINITY }

/**
 * Families take turns: one that has nothing running goes first, so that none is starved; then, in a dataflow, the
 * deepest, so that few chains are half made; then the one with the smallest share of the places.
 */
export class FamilyTurns {
  readonly #count: number
  #first = 0

  constructor(familyCount: number) {
    this.#count = familyCount
  }

  /**
   * The family whose turn it is; undefined when there is none.
   * @param rankOf undefined: it has nothing to start
   * @param mayStart asked only for families that would be next
   */
  next(
    rankOf: (family: number) => Rank | undefined,
    mayStart: (family: number) => boolean,
  ): number | undefined {
    let best: number | undefined
    let bestRank = WORST
    for (let turn = 0; turn < this.#count; turn++) {
      const family = (this.#first + turn) % this.#count
      const rank = rankOf(family)
      if (rank === undefined || !isBetter(rank, bestRank) || !mayStart(family)) continue
      best = family
      bestRank = rank
    }
    if (best !== undefined) this.#first = best + 1
    return best
  }
}

function isBetter(one: Rank, other: Rank): boolean {
  if (one.isIdle !== other.isIdle) return one.isIdle
  if (one.layer !== other.layer) return one.layer > other.layer
  return one.share < other.share
}
