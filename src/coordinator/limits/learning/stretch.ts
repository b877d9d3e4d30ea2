import type { Tally } from './cycle-meter.js'
import type { CallOutcome } from './dispatch-order.js'

/** A time without calls that is longer, and longer than this share of what was before, is not part of it. */
const GAP_MS = 1_500
const GAP_SHARE = 0.2

/** Outcomes in the order of dispatch, without the times in which nothing was sent. */
export class Stretch {
  readonly tally: Tally = { taken: 0, refused: 0 }
  readonly #fromMs: number
  #toMs: number

  constructor(fromMs: number) {
    this.#fromMs = fromMs
    this.#toMs = fromMs
  }

  get timeMs(): number {
    return this.#toMs - this.#fromMs
  }

  isBrokenAt(nowMs: number): boolean {
    return nowMs - this.#toMs > Math.max(GAP_MS, GAP_SHARE * (nowMs - this.#fromMs))
  }

  add({ sentAtMs, isRefused }: CallOutcome): void {
    this.#toMs = sentAtMs
    this.tally[isRefused ? 'refused' : 'taken']++
  }
}
