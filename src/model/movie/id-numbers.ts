import { TextColumn } from './column/columns.js'
import { textHash } from './text-hash.js'

const FIRST_CAPACITY = 1024

/**
 * Numbers texts in the order in which they are first seen. A hash table in typed arrays: a million ids as strings
 * in a Map take 150 MB of the heap.
 */
export class IdNumbers<Id extends string> {
  readonly #texts = new TextColumn(0)
  #hashes = new Uint32Array(FIRST_CAPACITY)
  /** 1 + number; 0: free. Twice as many places as numbers at least. */
  #places = new Uint32Array(2 * FIRST_CAPACITY)
  #count = 0

  get count(): number {
    return this.#count
  }

  at(number: number): Id {
    return this.#texts.get(number) as Id
  }

  /** The number that a text has, or -1. */
  find(id: Id): number {
    const hash = textHash(id)
    let place = hash & (this.#places.length - 1)
    for (let taken = this.#places[place]!; taken !== 0; taken = this.#places[place]!) {
      if (this.#hashes[taken - 1] === hash && this.#texts.get(taken - 1) === id) return taken - 1
      place = (place + 1) & (this.#places.length - 1)
    }
    return -1
  }

  /** The number of a text; one not seen before gets the next. */
  numberOf(id: Id): number {
    const hash = textHash(id)
    let place = hash & (this.#places.length - 1)
    for (let taken = this.#places[place]!; taken !== 0; taken = this.#places[place]!) {
      if (this.#hashes[taken - 1] === hash && this.#texts.get(taken - 1) === id) return taken - 1
      place = (place + 1) & (this.#places.length - 1)
    }
    if (this.#count === this.#hashes.length) {
      this.#grow()
      return this.numberOf(id)
    }
    this.#hashes[this.#count] = hash
    this.#texts.set(this.#count, id)
    this.#places[place] = ++this.#count
    return this.#count - 1
  }

  #grow(): void {
    const hashes = new Uint32Array(2 * this.#hashes.length)
    hashes.set(this.#hashes)
    const places = new Uint32Array(2 * hashes.length)
    for (let number = 0; number < this.#count; number++) {
      let place = hashes[number]! & (places.length - 1)
      while (places[place] !== 0) place = (place + 1) & (places.length - 1)
      places[place] = number + 1
    }
    this.#hashes = hashes
    this.#places = places
  }
}
