import type { CallOutcome } from './learning/evidence/dispatch-order.js'

const GUESS_BASE_MS = 250
const GUESS_FACTOR = 1.5
const GUESS_MAX_MS = 5_000

/** Once so many may be sent in the time that a refusal takes, any number may. */
const OPEN_COUNT = 64
/** By then they may, also where a refusal is long on its way: each step waits for one. */
const REOPENING_MS = 1_000
/** A step is to so many times as many calls, at least. */
const STEP = 2
/** The same, where the service closes whatever is sent. */
const STEP_ANYWAY = 8
/** So many taken in a row are no chance. */
const TAKEN_COUNT = 4

/**
 * The pause for everybody when a service takes nothing: as long as the service says; otherwise a guess that grows
 * each time. After it one call is sent as a probe. If it is not refused in the time that a refusal takes, two more
 * are sent, spread over that time, then four, and so on; where a refusal takes long, in larger steps.
 */
export class CoolDown {
  #untilMs = Number.NEGATIVE_INFINITY
  #guesses = 0
  /** True until a call that was sent after the pause is not refused. */
  #isClosed = false
  /** Calls in a row that were sent before the pause, and taken. */
  #takenCount = 0
  #closedAtMs = Number.NEGATIVE_INFINITY
  /** Sending less has not kept the service from closing. */
  closesAnyway = false
  /** Calls sent after a pause: when the first one was, how many were, and how many may be. */
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
    if (count === 0 || limit === Number.POSITIVE_INFINITY) return this.#untilMs
    return Math.max(this.#untilMs, atMs + (takenAfterMs * count) / limit)
  }

  /** @param untilMs as the service says; undefined: it says nothing */
  close(nowMs: number, untilMs: number | undefined): void {
    const guessMs =
      untilMs === undefined ? Math.min(GUESS_MAX_MS, GUESS_BASE_MS * GUESS_FACTOR ** this.#guesses++) : 0
    this.#untilMs = Math.max(this.#untilMs, untilMs ?? nowMs + guessMs)
    this.#isClosed = true
    this.#closedAtMs = nowMs
    this.#takenCount = 0
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
      const least = this.closesAnyway ? STEP_ANYWAY : STEP
      const step = Math.max(least, OPEN_COUNT ** (takenAfterMs / REOPENING_MS))
      const limit = round.limit < OPEN_COUNT ? Math.floor(step * round.limit) : Number.POSITIVE_INFINITY
      this.#round = { atMs: nowMs, count: 1, limit }
    } else {
      if (round.count === 0) round.atMs = nowMs
      round.count++
    }
  }

  /** What became of a call, in the order of dispatch: it may have been sent when the service was open again already. */
  judged({ sentAtMs, isRefused }: CallOutcome, nowMs: number): void {
    if (!this.#isClosed || sentAtMs >= this.#closedAtMs) return
    this.#takenCount = isRefused ? 0 : this.#takenCount + 1
    if (this.#takenCount < TAKEN_COUNT) return
    this.#untilMs = Math.min(this.#untilMs, nowMs)
    this.recovered(nowMs)
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
