import { likelihoodRatio } from './share-test.js'

/** A limit that is kept to refuses at most this part of what it refused before. */
const FALL = 0.25
/** Of that part, what chance may be. */
const CHANCE_MAX = 0.6
/** To believe in a limit when there is none costs every request, the opposite costs a few refusals. */
const SURE_OF_LIMIT = 6
const SURE_OF_CHANCE = 3
/** What is sent sooner after the change may still meet the state before it. */
const SETTLING_MS = 250
/** A shorter pause may be the end of a window of a second. */
const PAUSE_MIN_MS = 800
/** Calls that a pause stands for, at most. */
const MISSED_MAX = 64

/**
 * Whether sending less has helped: with a limit, refusals become few; with chance, they stay as many. A
 * sequential likelihood ratio test between the two (Wald 1945), which ends as soon as either is sure.
 */
export class Experiment {
  /** Share that was refused before. */
  readonly share: number
  readonly #expected: number
  readonly #sinceMs: number
  readonly #helpedFromMs: number
  #sum = 0

  /**
   * @param chance share that is refused by chance, as far as is known
   * @param quietMs time for which nothing was refused before: it has not helped before that much has passed
   */
  constructor(share: number, chance: number, sinceMs: number, quietMs = 0) {
    this.share = Math.min(0.98, Math.max(0.01, share))
    this.#expected = Math.max(FALL * this.share, Math.min(chance, CHANCE_MAX * this.share))
    this.#sinceMs = sinceMs + SETTLING_MS
    this.#helpedFromMs = sinceMs + quietMs
  }

  /** It will have helped, if nothing else comes. */
  get isLikely(): boolean {
    return this.#sum >= SURE_OF_LIMIT
  }

  /** @returns undefined as long as it is open */
  observe(sentAtMs: number, isRefused: boolean): 'helped' | 'in vain' | undefined {
    if (sentAtMs < this.#sinceMs) return undefined
    this.#sum = Math.min(SURE_OF_LIMIT, this.#sum + likelihoodRatio(isRefused, this.share, this.#expected))
    if (this.isLikely) return sentAtMs < this.#helpedFromMs ? undefined : 'helped'
    return this.#sum <= -SURE_OF_CHANCE ? 'in vain' : undefined
  }

  /**
   * The service takes nothing for a time, and what would have been sent meanwhile counts as refused: where it closes as
   * before, sending less has not helped, however few calls it took to see that.
   */
  paused(sinceMs: number, untilMs: number, missedCount: number): 'helped' | 'in vain' | undefined {
    if (untilMs - sinceMs < PAUSE_MIN_MS) return undefined
    for (let count = 1; count <= Math.min(MISSED_MAX, missedCount); count++)
      if (this.observe(untilMs, true) === 'in vain') return 'in vain'
    return undefined
  }
}
