/** Slots reserved at a time. */
const CHUNK = 1_024

/** Slots for what a plan does not know, numbered as it is first seen; taken from a geometry that may grow, in chunks. */
export class OtherSlots {
  readonly #reserve: (count: number) => number
  /** First slot of each chunk. */
  readonly #chunks: number[] = []

  /** @param reserve gives the first of so many free slots */
  constructor(reserve: (count: number) => number) {
    this.#reserve = reserve
  }

  slotOf(number: number): number {
    const chunk = Math.floor(number / CHUNK)
    while (this.#chunks.length <= chunk) this.#chunks.push(this.#reserve(CHUNK))
    return this.#chunks[chunk]! + (number % CHUNK)
  }

  /** The number that has a slot; -1 when it is none of these. */
  numberAt(slot: number): number {
    let low = 0
    let high = this.#chunks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#chunks[middle]! <= slot) low = middle
      else high = middle - 1
    }
    const first = this.#chunks[low]
    return first !== undefined && slot >= first && slot < first + CHUNK ? low * CHUNK + slot - first : -1
  }
}

/** The same right after the slots of a plan that does not grow. */
export class SlotsAfter {
  readonly #first: number

  constructor(first: number) {
    this.#first = first
  }

  slotOf(number: number): number {
    return this.#first + number
  }

  numberAt(slot: number): number {
    return slot - this.#first
  }
}
