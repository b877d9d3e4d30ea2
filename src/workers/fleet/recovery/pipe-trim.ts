import type { HeardMessage } from '../wire/told-works.js'
import type { Salvage } from './salvage.js'

/** Beats for which salvaged results hold back the frames around them. */
const RESEND_BEATS = 10

/** The pipe of the hosts. */
interface Trimmed {
  /** @param kept is said again before */
  forget(kept?: Iterable<HeardMessage>): Promise<void>
}

/**
 * Lets what is recorded leave the pipe of the hosts. What was salvaged and is not recorded stays, since the coordinator
 * after this one may need it, and often nobody does: the last one had recorded it and not trimmed, or the plan has changed.
 */
export class PipeTrim {
  readonly #salvage: Salvage
  readonly #up: Trimmed
  #heldBeats = 0

  constructor(salvage: Salvage, up: Trimmed) {
    this.#salvage = salvage
    this.#up = up
  }

  beat(): void {
    if (!this.#salvage.hasResults) {
      this.#heldBeats = 0
      void this.#up.forget()
    } else if (++this.#heldBeats % RESEND_BEATS === 0) void this.#up.forget(this.#salvage.results())
  }
}
