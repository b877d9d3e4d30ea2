/** Moments that are kept. */
const KEPT_LIMIT = 65_536

/** When the attempts departed that a service has taken or may take: the last of them, in order. */
export class DepartureLog {
  #moments: number[] = []

  add(nowMs: number): void {
    if (this.#moments.length >= 2 * KEPT_LIMIT) this.#moments = this.#moments.slice(-KEPT_LIMIT)
    this.#moments.push(nowMs)
  }

  /** One that departed then was refused, or never reached the service. */
  remove(departedAtMs: number): void {
    const at = this.#firstAfter(departedAtMs) - 1
    if (this.#moments[at] === departedAtMs) this.#moments.splice(at, 1)
  }

  /** Attempts that departed after that moment. */
  countAfter(ms: number): number {
    return this.#moments.length - this.#firstAfter(ms)
  }

  /** When the one departed that has so many after it. */
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
