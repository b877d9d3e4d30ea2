const GUESS_BASE_MS = 1_000
const GUESS_MAX_MS = 5_000
/** A refusal is known after about this many times the time that the last one took. */
const VERDICT_FACTOR = 2
const VERDICT_MIN_MS = 50
const VERDICT_MAX_MS = 5_000

/**
 * The pause that everybody keeps after one was refused: as long as the service says, or guessed, and doubled each
 * time. Behind it one departs as a probe, and the others when it was not refused in the time that a refusal takes.
 */
export class CoolDown {
  #untilMs = Number.NEGATIVE_INFINITY
  #guesses = 0
  #refusalMs = VERDICT_MIN_MS
  #probedAtMs = Number.NEGATIVE_INFINITY

  /** True until somebody who departed after the pause is not refused. */
  #isProbing = false

  /** End of the last pause. */
  get pausedUntilMs(): number {
    return this.#untilMs
  }

  /** The earliest moment for the next departure. */
  opensAtMs(): number {
    return this.#isProbing ? Math.max(this.#untilMs, this.#probedAtMs + this.#verdictMs()) : this.#untilMs
  }

  /** @param retryAfterMs as the service says; undefined: it says nothing */
  refused(startedAtMs: number, nowMs: number, retryAfterMs: number | undefined): void {
    this.#refusalMs = nowMs - startedAtMs
    // Those that were on their way already say nothing new, unless they bring word from the service.
    if (retryAfterMs === undefined && startedAtMs < this.#untilMs) return
    const pauseMs = retryAfterMs ?? Math.min(GUESS_MAX_MS, GUESS_BASE_MS * 2 ** this.#guesses++)
    this.#untilMs = Math.max(this.#untilMs, nowMs + pauseMs)
    this.#isProbing = true
    this.#probedAtMs = Number.NEGATIVE_INFINITY
  }

  departed(nowMs: number): void {
    if (!this.#isProbing) return
    // The one before it was not refused in the time that a refusal takes.
    if (this.#probedAtMs >= this.#untilMs) this.#isProbing = false
    else this.#probedAtMs = nowMs
  }

  /** One that departed has never reached the service; was it the probe, another one is. */
  spared(startedAtMs: number): void {
    if (startedAtMs === this.#probedAtMs) this.#probedAtMs = Number.NEGATIVE_INFINITY
  }

  accepted(startedAtMs: number): void {
    if (startedAtMs < this.#untilMs) return
    this.#isProbing = false
    this.#guesses = 0
  }

  #verdictMs(): number {
    if (this.#probedAtMs === Number.NEGATIVE_INFINITY) return 0
    return Math.min(VERDICT_MAX_MS, Math.max(VERDICT_MIN_MS, VERDICT_FACTOR * this.#refusalMs))
  }
}
