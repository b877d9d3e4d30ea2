import type { Clock } from '../../../model/clock.js'

/** How long the queue has answered a host: only then is a coordinator that was silent meanwhile gone. */
export class QueueReach {
  readonly #clock: Clock
  readonly #gapMs: number
  #sinceMs = 0
  #untilMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, gapMs: number) {
    this.#clock = clock
    this.#gapMs = gapMs
  }

  /** 0: it does not. */
  get lastsMs(): number {
    return this.#isAway ? 0 : this.#untilMs - this.#sinceMs
  }

  /** To be told with each beat. */
  answered(): void {
    const isBack = this.#isAway
    this.#untilMs = this.#clock.monotonicMs()
    if (isBack) this.#sinceMs = this.#untilMs
  }

  get #isAway(): boolean {
    return this.#clock.monotonicMs() - this.#untilMs > this.#gapMs
  }
}
