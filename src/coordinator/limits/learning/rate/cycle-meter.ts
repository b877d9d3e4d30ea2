/** Requests of a time, by what became of them. */
export interface Tally {
  taken: number
  refused: number
}

/** A time from one opening of a service to the next. */
export interface Cycle extends Readonly<Tally> {
  /** When it ended: the first request after the pause. */
  readonly atMs: number
  readonly timeMs: number
  /** The part of it in which nothing was taken. */
  readonly pauseMs: number
}

/** Counts requests from the first one after a pause to the first one after the next pause. */
export class CycleMeter {
  #beganAtMs: number | undefined
  readonly #tally: Tally = { taken: 0, refused: 0 }
  #closedAtMs: number | undefined
  /** The first request after the pause, and those before it: the end of the cycle, if it is taken. */
  #reopened: (Tally & { readonly atMs: number }) | undefined

  /**
   * @param pausedUntilMs end of the last pause
   * @param idleMs how long nothing was under way, nor waiting
   */
  sent(nowMs: number, pausedUntilMs: number, idleMs: number): void {
    this.#beganAtMs = this.#beganAtMs === undefined ? nowMs : this.#beganAtMs + idleMs
    if (this.#closedAtMs !== undefined && nowMs >= pausedUntilMs)
      this.#reopened ??= { atMs: nowMs, ...this.#tally }
    this.#tally.taken++
  }

  /** A call has never reached the service. */
  spared(sentAtMs: number): void {
    this.#takeBack(sentAtMs)
  }

  refused(sentAtMs: number): void {
    this.#tally.refused++
    if (this.#reopened !== undefined && sentAtMs < this.#reopened.atMs) this.#reopened.refused++
    this.#takeBack(sentAtMs)
  }

  /** @param sinceMs when the first call was sent that was not taken */
  closed(sinceMs: number): void {
    this.#closedAtMs ??= sinceMs
  }

  /** @returns the cycle that ends with this request, which was taken; undefined when none does */
  taken(sentAtMs: number): Cycle | undefined {
    if (this.#reopened === undefined || sentAtMs < this.#reopened.atMs) return undefined
    const { atMs, taken, refused } = this.#reopened
    const timeMs = atMs - this.#beganAtMs!
    const pauseMs = atMs - this.#closedAtMs!
    this.#closedAtMs = undefined
    this.#reopened = undefined
    return { atMs, taken, refused, timeMs, pauseMs }
  }

  /** The cycle has been measured; the next one began with its end. */
  restart({ atMs, taken, refused }: Cycle): void {
    this.#beganAtMs = atMs
    this.#tally.taken -= taken
    this.#tally.refused -= refused
  }

  #takeBack(sentAtMs: number): void {
    this.#tally.taken--
    if (this.#reopened === undefined) return
    if (sentAtMs < this.#reopened.atMs) this.#reopened.taken--
    else if (sentAtMs === this.#reopened.atMs) this.#reopened = undefined
  }
}
