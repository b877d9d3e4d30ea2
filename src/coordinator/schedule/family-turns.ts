/** What families have to start, and what runs of them. */
export interface TurnSource {
  /** Layer of the job that would start; -1: none. */
  startableLayerOf(family: number): number
  activeOf(family: number): number
  weightOf(family: number): number
  /** Asked only for families that would be next. */
  mayStart(family: number): boolean
}

/**
 * Families take turns: one that has nothing running goes first, so that none starves; then, in a dataflow, the
 * deepest, so that few chains are half done; then the one with the smallest share of the places.
 */
export class FamilyTurns {
  readonly #count: number
  #first = 0

  constructor(familyCount: number) {
    this.#count = familyCount
  }

  /** The family whose turn it is; undefined when there is none. */
  next(source: TurnSource): number | undefined {
    let best: number | undefined
    let bestIsIdle = false
    let bestLayer = -1
    let bestShare = Number.POSITIVE_INFINITY
    for (let turn = 0; turn < this.#count; turn++) {
      const family = (this.#first + turn) % this.#count
      const layer = source.startableLayerOf(family)
      if (layer === -1) continue
      const active = source.activeOf(family)
      const isIdle = active === 0
      const share = active / source.weightOf(family)
      if (isIdle === bestIsIdle) {
        if (layer < bestLayer || (layer === bestLayer && share >= bestShare)) continue
      } else if (bestIsIdle) continue
      if (!source.mayStart(family)) continue
      best = family
      bestIsIdle = isIdle
      bestLayer = layer
      bestShare = share
    }
    if (best !== undefined) this.#first = best + 1
    return best
  }
}
