import type { Frame } from './frame.js'

/** What a frame is to the end that receives it. `gap`: an earlier one is missing; `early`: so it is, and nobody waits for it. */
export type Arrival = 'next' | 'early' | 'seen' | 'gap' | 'beat' | 'outdated'

/**
 * Puts the frames of one sender into their order: doubled ones are dropped, and after a lost one nothing is taken until
 * it was sent again. A frame with a lower token than the highest seen comes from a sender that was superseded.
 */
export class FrameInbox {
  #token = 0
  #expected: number | undefined
  /** Those that were taken before their turn. */
  readonly #early = new Set<number>()
  readonly #isInOrder: boolean

  /** @param isInOrder false: what is there is taken, also when something before it is missing and may never come */
  constructor(isInOrder = true) {
    this.#isInOrder = isInOrder
  }

  /** The highest token seen. */
  get token(): number {
    return this.#token
  }

  /** Every frame up to this one has arrived; 0: none. */
  get got(): number {
    return (this.#expected ?? 1) - 1
  }

  receive({ token, seq, low, messages }: Frame): Arrival {
    if (token < this.#token) return 'outdated'
    if (token > this.#token) {
      this.#token = token
      this.#expected = undefined
    }
    // The sender has forgotten what is before: it was taken by this end, or by one that was here before it.
    this.#expected = Math.max(this.#expected ?? low, low)
    if (messages === undefined) return seq >= this.#expected ? 'gap' : 'beat'
    if (seq < this.#expected || this.#early.has(seq)) return 'seen'
    if (seq > this.#expected) {
      if (this.#isInOrder) return 'gap'
      this.#early.add(seq)
      return 'early'
    }
    this.#expected++
    while (this.#early.delete(this.#expected)) this.#expected++
    return 'next'
  }
}
