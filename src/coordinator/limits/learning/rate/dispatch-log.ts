/** Moments that are kept. */
const KEPT_LIMIT = 65_536

/** When the calls were sent that a service has taken or may take: the last of them, in order. */
export class DispatchLog {
  #moments: number[] = []

  add(nowMs: number): void {
    if (this.#moments.length >= 2 * KEPT_LIMIT) this.#moments = this.#moments.slice(-KEPT_LIMIT)
    this.#moments.push(nowMs)
  }

  /** A call of that moment was refused, or never reached the service. */
  remove(sentAtMs: number): void {
    const at = this.#firstAfter(sentAtMs) - 1
    if (this.#moments[at] === sentAtMs) this.#moments.splice(at, 1)
  }

  /** Calls sent after that moment. */
  countAfter(ms: number): number {
    return this.#moments.length - this.#firstAfter(ms)
  }

  /** When the call was sent that so many came after. */
  momentBefore(count: number): number {
    return this.#moments.at(-1 - count) ?? Number.NEGATIVE_INFINITY
  }

  #firstAfter(ms: number): number {
    let low = 0
    let high = this.#moments.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#moments[middle]! <= ms) low = middle + 1
      else high = middle
    }
    return low
  }
}
