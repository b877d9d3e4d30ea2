/** Attempts at once that no service takes for an attack. */
const FIRST_PLACES = 8
const DOUBLING_MS = 500

/** How many attempts may be under way. */
export interface Places {
  readonly count: number
  /** When there will be more; undefined: no more will come. */
  readonly nextAtMs: number | undefined
}

/**
 * Raises the concurrency of a limiter from its first attempt on: evenly over a configured time; or, at a service whose
 * limits nobody knows, doubled every half second, so that it refuses a few calls early and not a thousand at once.
 */
export class Ramp {
  readonly #durationMs: number
  readonly #isGentle: boolean
  #beganAtMs: number | undefined

  constructor(durationMs: number, isGentle: boolean) {
    this.#durationMs = durationMs
    this.#isGentle = isGentle
  }

  begin(nowMs: number): void {
    this.#beganAtMs ??= nowMs
  }

  /** @param concurrency places when the ramp is over; may be infinite */
  at(concurrency: number, nowMs: number): Places {
    const elapsedMs = nowMs - (this.#beganAtMs ?? nowMs)
    if (elapsedMs < this.#durationMs && Number.isFinite(concurrency))
      return this.#even(concurrency, nowMs, elapsedMs)
    return this.#isGentle
      ? this.#doubled(concurrency, nowMs, elapsedMs)
      : { count: concurrency, nextAtMs: undefined }
  }

  #even(concurrency: number, nowMs: number, elapsedMs: number): Places {
    const count = Math.max(1, Math.floor((concurrency * elapsedMs) / this.#durationMs))
    const nextInMs = Math.ceil(((count + 1) * this.#durationMs) / concurrency) - elapsedMs
    return { count, nextAtMs: nowMs + nextInMs }
  }

  #doubled(concurrency: number, nowMs: number, elapsedMs: number): Places {
    const doublings = Math.floor(elapsedMs / DOUBLING_MS)
    const count = FIRST_PLACES * 2 ** doublings
    if (count >= concurrency || doublings > 20) return { count: concurrency, nextAtMs: undefined }
    return { count, nextAtMs: nowMs + (doublings + 1) * DOUBLING_MS - elapsedMs }
  }
}
