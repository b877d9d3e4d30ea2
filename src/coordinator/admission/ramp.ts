/** Lets the places of a lane grow evenly from one to all, from its first attempt on. */
export class Ramp {
  readonly #durationMs: number
  #beganAtMs: number | undefined

  constructor(durationMs: number) {
    this.#durationMs = durationMs
  }

  begin(nowMs: number): void {
    this.#beganAtMs ??= nowMs
  }

  /** The places that are there now, and when there will be one more; undefined: the ramp is over. */
  at(concurrency: number, nowMs: number): { readonly places: number; readonly nextAtMs: number | undefined } {
    const beganAtMs = this.#beganAtMs ?? nowMs
    const elapsedMs = nowMs - beganAtMs
    if (elapsedMs >= this.#durationMs || !Number.isFinite(concurrency))
      return { places: concurrency, nextAtMs: undefined }
    const places = Math.max(1, Math.floor((concurrency * elapsedMs) / this.#durationMs))
    return { places, nextAtMs: beganAtMs + Math.ceil(((places + 1) * this.#durationMs) / concurrency) }
  }
}
