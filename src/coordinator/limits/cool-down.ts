const GUESS_BASE_MS = 250
const GUESS_MAX_MS = 5_000

/** So many may depart in the time that a refusal takes before everybody may again. */
const OPEN_COUNT = 64

/**
 * The pause that everybody keeps when a service takes nothing: as long as it says, or guessed, and doubled each
 * time. After it one departs as a probe; when it was not refused in the time that a refusal takes, two more, then
 * four, and so on.
 */
export class CoolDown {
  #untilMs = Number.NEGATIVE_INFINITY
  #guesses = 0
  /** True until somebody who departed after the pause is not refused. */
  #isClosed = false
  /** Those that depart together after a pause: when the first of them did, how many have, and how many may. */
  #round = { atMs: Number.NEGATIVE_INFINITY, count: 0, limit: Number.POSITIVE_INFINITY }

  /** End of the last pause. */
  get pausedUntilMs(): number {
    return this.#untilMs
  }

  /** Nobody has been taken since the pause began. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /**
   * The earliest moment for the next departure.
   * @param verdictMs time after which a refusal would have come
   */
  opensAtMs(verdictMs: number): number {
    const { atMs, count, limit } = this.#round
    return count < limit ? this.#untilMs : Math.max(this.#untilMs, atMs + verdictMs)
  }

  /** @param untilMs as the service says; undefined: it says nothing */
  close(nowMs: number, untilMs: number | undefined): void {
    const guessMs = untilMs === undefined ? Math.min(GUESS_MAX_MS, GUESS_BASE_MS * 2 ** this.#guesses++) : 0
    this.#untilMs = Math.max(this.#untilMs, untilMs ?? nowMs + guessMs)
    this.#isClosed = true
    this.#round = { atMs: Number.NEGATIVE_INFINITY, count: 0, limit: 1 }
  }

  /** Refused while the lane is closed: when it departed after the pause, the pause goes on. */
  refused(startedAtMs: number, nowMs: number, untilMs: number | undefined): void {
    if (this.#isClosed && startedAtMs >= this.#untilMs) this.close(nowMs, untilMs)
  }

  departed(nowMs: number): void {
    const round = this.#round
    if (!Number.isFinite(round.limit)) return
    if (round.count === round.limit) {
      // Those before it were not refused in the time that a refusal takes.
      this.#open()
      this.#round = {
        atMs: nowMs,
        count: 1,
        limit: round.limit < OPEN_COUNT ? 2 * round.limit : Number.POSITIVE_INFINITY,
      }
    } else {
      if (round.count === 0) round.atMs = nowMs
      round.count++
    }
  }

  /** One that departed has never reached the service; was it the probe, another one is. */
  spared(startedAtMs: number): void {
    if (this.#isClosed && startedAtMs === this.#round.atMs) this.#round.count = 0
  }

  accepted(startedAtMs: number): void {
    if (startedAtMs >= this.#untilMs) this.#open()
  }

  #open(): void {
    this.#isClosed = false
    this.#guesses = 0
  }
}
