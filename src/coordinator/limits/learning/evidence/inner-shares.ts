import { likelihoodOf } from './level-split.js'

/** Outcomes that say whose refusals are. */
const RECENT_COUNT = 64
/** Outcomes of the others; fewer of them say nothing. */
const OTHERS_MIN = 4
/** Logarithm of the likelihood ratio from which on the inner limiter is the reason, and not chance. */
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
 * one inner limiter against that of all others. When both are alike, it is the account's.
 */
export class InnerShares {
  #recent: { readonly inner: string; readonly isRefused: boolean }[] = []
  readonly #tallies = new Map<string, Tally>()
  #all: Tally = { count: 0, refused: 0 }

  /** An outcome in the order of dispatch. */
  add(inner: string, isRefused: boolean): void {
    this.#recent.push({ inner, isRefused })
    this.#count(inner, isRefused, 1)
    if (this.#recent.length < 2 * RECENT_COUNT) return
    for (const { inner, isRefused } of this.#recent.splice(0, RECENT_COUNT)) this.#count(inner, isRefused, -1)
  }

  /** Something was done about refusals: what was before says nothing of what comes. */
  begin(): void {
    this.#recent = []
    this.#tallies.clear()
    this.#all = { count: 0, refused: 0 }
  }

  /** Refusals of this inner limiter are its own, and say nothing of what the account may do. */
  isOwn(inner: string): boolean {
    const own = this.#tallies.get(inner)
    if (own === undefined) return false
    const others = { count: this.#all.count - own.count, refused: this.#all.refused - own.refused }
    if (others.count < OTHERS_MIN) return own.count >= ALONE_COUNT
    if (others.refused > OTHERS_REFUSED * others.count) return false
    if (own.refused * others.count <= others.refused * own.count) return false
    return likelihoodOf(own) + likelihoodOf(others) - likelihoodOf(this.#all) >= SURE
  }

  #count(inner: string, isRefused: boolean, by: 1 | -1): void {
    const own = this.#tallies.get(inner) ?? { count: 0, refused: 0 }
    this.#tallies.set(inner, own)
    for (const tally of [own, this.#all]) {
      tally.count += by
      if (isRefused) tally.refused += by
    }
  }
}
