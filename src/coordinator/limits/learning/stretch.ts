import type { Outcome } from '../departure-order.js'
import type { Tally } from './cycle-meter.js'

/** A time without departures that is longer, and longer than this share of what was before, is no part of it. */
const GAP_MS = 1_500
const GAP_SHARE = 0.2

/** Outcomes in the order of departures, without the times in which nothing departed. */
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

  add({ departedAtMs, isRefused }: Outcome): void {
    this.#toMs = departedAtMs
    this.tally[isRefused ? 'refused' : 'taken']++
  }
}
