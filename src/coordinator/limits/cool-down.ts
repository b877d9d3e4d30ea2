const GUESS_BASE_MS = 250
const GUESS_MAX_MS = 5_000

/** Once so many may be sent in the time that a refusal takes, any number may. */
const OPEN_COUNT = 64
/** By then they may, also where a refusal is long on its way: each step waits for one. */
const REOPENING_MS = 1_000
/** A step is to so many times as many calls, at least. */
const STEP = 2

/**
 * The pause for everybody when a service takes nothing: as long as the service says; otherwise a guess that doubles
 * each time. After it one call is sent as a probe. If it is not refused in the time that a refusal takes, two more
 * are sent, then four, and so on; where a refusal takes long, in larger steps.
 */
export class CoolDown {
  #untilMs = Number.NEGATIVE_INFINITY
  #guesses = 0
  /** True until a call that was sent after the pause is not refused. */
  #isClosed = false
  /** Calls sent together after a pause: when the first one was, how many were, and how many may be. */
  #round = { atMs: Number.NEGATIVE_INFINITY, count: 0, limit: Number.POSITIVE_INFINITY }

  /** End of the last pause. */
  get pausedUntilMs(): number {
    return this.#untilMs
  }

  /** No call has been accepted since the pause began. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /**
   * The earliest moment for the next call.
   * @param takenAfterMs time after which a refusal would have come
   */
  opensAtMs(takenAfterMs: number): number {
    const { atMs, count, limit } = this.#round
    return count < limit ? this.#untilMs : Math.max(this.#untilMs, atMs + takenAfterMs)
  }

  /** @param untilMs as the service says; undefined: it says nothing */
  close(nowMs: number, untilMs: number | undefined): void {
    const guessMs = untilMs === undefined ? Math.min(GUESS_MAX_MS, GUESS_BASE_MS * 2 ** this.#guesses++) : 0
    this.#untilMs = Math.max(this.#untilMs, untilMs ?? nowMs + guessMs)
    this.#isClosed = true
    this.#round = { atMs: Number.NEGATIVE_INFINITY, count: 0, limit: 1 }
  }

  /** Refused while the limiter is closed: if it was sent after the pause, the pause goes on. */
  refused(startedAtMs: number, nowMs: number, untilMs: number | undefined): void {
    if (this.#isClosed && startedAtMs >= this.#untilMs) this.close(nowMs, untilMs)
  }

  /** @param takenAfterMs as above */
  sent(nowMs: number, takenAfterMs: number): void {
    const round = this.#round
    if (!Number.isFinite(round.limit)) return
    if (round.count === round.limit) {
      // Those before it were not refused in the time that a refusal takes.
      this.#open()
      const step = Math.max(STEP, OPEN_COUNT ** (takenAfterMs / REOPENING_MS))
      const limit = round.limit < OPEN_COUNT ? Math.floor(step * round.limit) : Number.POSITIVE_INFINITY
      this.#round = { atMs: nowMs, count: 1, limit }
    } else {
      if (round.count === 0) round.atMs = nowMs
      round.count++
    }
  }

  /** A call has never reached the service. If it was the probe, the next one is. */
  spared(startedAtMs: number): void {
    if (this.#isClosed && startedAtMs === this.#round.atMs) this.#round.count = 0
  }

  /** The service answers again after an outage: nothing is left of the pause but what it has asked for. */
  recovered(nowMs: number): void {
    if (nowMs < this.#untilMs) return
    this.#open()
    this.#round = { atMs: Number.NEGATIVE_INFINITY, count: 0, limit: Number.POSITIVE_INFINITY }
  }

  accepted(startedAtMs: number): void {
    if (startedAtMs >= this.#untilMs) this.#open()
  }

  #open(): void {
    this.#isClosed = false
    this.#guesses = 0
  }
}
