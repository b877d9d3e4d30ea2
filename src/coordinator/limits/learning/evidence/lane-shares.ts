import { likelihoodOf } from './level-split.js'

/** Outcomes that say whose refusals are. */
const RECENT_COUNT = 64
/** Outcomes of the others; fewer of them say nothing. */
const OTHERS_MIN = 4
/** Logarithm of the likelihood ratio from which on the lane is the reason, and not chance. */
const SURE = 5

/** So many outcomes with hardly any of others: it is alone. */
const ALONE_COUNT = 16

/** Where more than this share of the others is refused, it is the account first. */
const OTHERS_REFUSED = 0.05

interface Tally {
  count: number
  refused: number
}

/**
 * Whose limit a refusal is of, where a service limits single models besides the account: the share that is refused in
 * one lane against that of all others. When both are alike, it is the account's.
 */
export class LaneShares {
  #recent: { readonly lane: string; readonly isRefused: boolean }[] = []
  readonly #tallies = new Map<string, Tally>()
  #all: Tally = { count: 0, refused: 0 }

  /** An outcome in the order of dispatch. */
  add(lane: string, isRefused: boolean): void {
    this.#recent.push({ lane, isRefused })
    this.#count(lane, isRefused, 1)
    if (this.#recent.length < 2 * RECENT_COUNT) return
    for (const { lane, isRefused } of this.#recent.splice(0, RECENT_COUNT)) this.#count(lane, isRefused, -1)
  }

  /** Something was done about refusals: what was before says nothing of what comes. */
  begin(): void {
    this.#recent = []
    this.#tallies.clear()
    this.#all = { count: 0, refused: 0 }
  }

  /** Refusals in this lane are its own, and say nothing of what the account may do. */
  isOwn(lane: string): boolean {
    const own = this.#tallies.get(lane)
    if (own === undefined) return false
    const others = { count: this.#all.count - own.count, refused: this.#all.refused - own.refused }
    if (others.count < OTHERS_MIN) return own.count >= ALONE_COUNT
    if (others.refused > OTHERS_REFUSED * others.count) return false
    if (own.refused * others.count <= others.refused * own.count) return false
    return likelihoodOf(own) + likelihoodOf(others) - likelihoodOf(this.#all) >= SURE
  }

  #count(lane: string, isRefused: boolean, by: 1 | -1): void {
    const own = this.#tallies.get(lane) ?? { count: 0, refused: 0 }
    this.#tallies.set(lane, own)
    for (const tally of [own, this.#all]) {
      tally.count += by
      if (isRefused) tally.refused += by
    }
  }
}
