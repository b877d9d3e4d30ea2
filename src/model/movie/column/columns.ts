import { grownLength } from './grown-length.js'

/** Whole numbers from 0 to 2³² − 1 by slot; an unset slot reads as 0. */
export class NumberColumn {
  #values: Uint32Array

  constructor(length: number) {
    this.#values = new Uint32Array(length)
  }

  set(slot: number, value: number): void {
    if (slot >= this.#values.length) {
      const grown = new Uint32Array(grownLength(this.#values.length, slot + 1))
      grown.set(this.#values)
      this.#values = grown
    }
    this.#values[slot] = value
  }

  get(slot: number): number {
    return this.#values[slot] ?? 0
  }
}

const CHUNK_BYTES = 1024 * 1024
const LENGTH_BYTES = 4
/** A UTF-16 unit takes up to three bytes in UTF-8. */
const MOST_BYTES_A_CHAR = 3

/**
 * Short texts by slot, in few large buffers: a million strings of the heap would be moved and looked at by every
 * collection of garbage. A text that takes the place of another one leaves its bytes behind.
 */
export class TextColumn {
  readonly #chunks: Buffer[] = []
  #used = CHUNK_BYTES
  /** 1 + chunk × CHUNK_BYTES + place in it; 0: no text. */
  #places: Float64Array

  constructor(length: number) {
    this.#places = new Float64Array(length)
  }

  set(slot: number, text: string | undefined): void {
    this.#reach(slot)
    this.#places[slot] = text === undefined ? 0 : this.#append(text)
  }

  has(slot: number): boolean {
    return (this.#places[slot] ?? 0) !== 0
  }

  /** Takes the text of a slot of another column over. */
  copyFrom(slot: number, other: TextColumn, otherSlot: number): void {
    const place = other.#places[otherSlot] ?? 0
    if (place === 0) {
      this.set(slot, undefined)
      return
    }
    this.#reach(slot)
    const chunk = other.#chunks[Math.floor((place - 1) / CHUNK_BYTES)]!
    const start = (place - 1) % CHUNK_BYTES
    const sizeBytes = LENGTH_BYTES + chunk.readUInt32LE(start)
    const own = this.#reserve(sizeBytes)
    chunk.copy(this.#chunks.at(-1)!, own, start, start + sizeBytes)
    this.#places[slot] = this.#placeOf(own)
  }

  get(slot: number): string | undefined {
    const place = this.#places[slot] ?? 0
    if (place === 0) return undefined
    const chunk = this.#chunks[Math.floor((place - 1) / CHUNK_BYTES)]!
    const start = (place - 1) % CHUNK_BYTES
    return chunk.toString('utf8', start + LENGTH_BYTES, start + LENGTH_BYTES + chunk.readUInt32LE(start))
  }

  #append(text: string): number {
    const mostBytes = LENGTH_BYTES + text.length * MOST_BYTES_A_CHAR
    // Where it fits in any case, its bytes need not be counted first.
    const start = this.#reserve(
      this.#used + mostBytes <= CHUNK_BYTES ? 0 : LENGTH_BYTES + Buffer.byteLength(text),
    )
    const chunk = this.#chunks.at(-1)!
    const lengthBytes = chunk.write(text, start + LENGTH_BYTES)
    chunk.writeUInt32LE(lengthBytes, start)
    this.#used = start + LENGTH_BYTES + lengthBytes
    return this.#placeOf(start)
  }

  /** Room in the last chunk. */
  #reserve(sizeBytes: number): number {
    if (this.#used + sizeBytes > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, sizeBytes)))
      this.#used = 0
    }
    const start = this.#used
    this.#used += sizeBytes
    return start
  }

  #placeOf(start: number): number {
    return 1 + (this.#chunks.length - 1) * CHUNK_BYTES + start
  }

  #reach(slot: number): void {
    if (slot < this.#places.length) return
    const grown = new Float64Array(grownLength(this.#places.length, slot + 1))
    grown.set(this.#places)
    this.#places = grown
  }
}
