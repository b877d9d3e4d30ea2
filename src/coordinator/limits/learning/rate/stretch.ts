import type { CallOutcome } from '../evidence/dispatch-order.js'
import type { Tally } from './cycle-meter.js'

/** A time without calls that is longer, and longer than this share of what was before, is not part of it. */
const GAP_MS = 1_500
const GAP_SHARE = 0.2
/** Outcomes of its end, which say what is taken now. */
const END_COUNT = 64

/** What a service took and refused in a time. */
export interface Taking extends Readonly<Tally> {
  readonly timeMs: number
}

/** Outcomes in the order of dispatch, without the times in which nothing was sent. */
export class Stretch {
  readonly #tally: Tally = { taken: 0, refused: 0 }
  readonly #fromMs: number
  #toMs: number
  #end: CallOutcome[] = []

  constructor(fromMs: number) {
    this.#fromMs = fromMs
    this.#toMs = fromMs
  }

  get whole(): Taking {
    return { ...this.#tally, timeMs: this.#toMs - this.#fromMs }
  }

  /** Its last outcomes: before them something else may have held fewer calls back, or the service may have taken more. */
  get end(): Taking {
    const refused = this.#end.filter(({ isRefused }) => isRefused).length
    const timeMs = this.#toMs - (this.#end[0]?.sentAtMs ?? this.#toMs)
    return { taken: this.#end.length - refused, refused, timeMs }
  }

  isBrokenAt(nowMs: number): boolean {
    return nowMs - this.#toMs > Math.max(GAP_MS, GAP_SHARE * (nowMs - this.#fromMs))
  }

  add(outcome: CallOutcome): void {
    this.#toMs = outcome.sentAtMs
    this.#tally[outcome.isRefused ? 'refused' : 'taken']++
    this.#end.push(outcome)
    if (this.#end.length >= 2 * END_COUNT) this.#end = this.#end.slice(-END_COUNT)
  }
}
