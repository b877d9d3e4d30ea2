const HASH_BYTES = 32

function grownLength(current: number, needed: number): number {
  return Math.max(needed, current + (current >> 1), 1024)
}

/** SHA-256 values by slot, 32 bytes each; an unset slot reads as `undefined`. */
export class HashColumn {
  #bytes: Buffer
  #isSet: Uint8Array

  constructor(length: number) {
    this.#bytes = Buffer.alloc(length * HASH_BYTES)
    this.#isSet = new Uint8Array(length)
  }

  set(slot: number, hex: string): void {
    if (slot >= this.#isSet.length) this.#grow(slot + 1)
    this.#bytes.write(hex, slot * HASH_BYTES, HASH_BYTES, 'hex')
    this.#isSet[slot] = 1
  }

  get(slot: number): string | undefined {
    if (!this.has(slot)) return undefined
    return this.#bytes.toString('hex', slot * HASH_BYTES, (slot + 1) * HASH_BYTES)
  }

  has(slot: number): boolean {
    return this.#isSet[slot] === 1
  }

  delete(slot: number): void {
    if (slot < this.#isSet.length) this.#isSet[slot] = 0
  }

  /** The same values in a column of its own. */
  copy(): HashColumn {
    const copy = new HashColumn(0)
    copy.#bytes = Buffer.from(this.#bytes)
    copy.#isSet = this.#isSet.slice()
    return copy
  }

  #grow(needed: number): void {
    const length = grownLength(this.#isSet.length, needed)
    const bytes = Buffer.alloc(length * HASH_BYTES)
    bytes.set(this.#bytes)
    const isSet = new Uint8Array(length)
    isSet.set(this.#isSet)
    this.#bytes = bytes
    this.#isSet = isSet
  }
}

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
    if (slot >= this.#places.length) {
      const grown = new Float64Array(grownLength(this.#places.length, slot + 1))
      grown.set(this.#places)
      this.#places = grown
    }
    this.#places[slot] = text === undefined ? 0 : this.#append(text)
  }

  has(slot: number): boolean {
    return (this.#places[slot] ?? 0) !== 0
  }

  get(slot: number): string | undefined {
    const place = this.#places[slot] ?? 0
    if (place === 0) return undefined
    const chunk = this.#chunks[Math.floor((place - 1) / CHUNK_BYTES)]!
    const start = (place - 1) % CHUNK_BYTES
    return chunk.toString('utf8', start + LENGTH_BYTES, start + LENGTH_BYTES + chunk.readUInt32LE(start))
  }

  #append(text: string): number {
    const sizeBytes = LENGTH_BYTES + Buffer.byteLength(text)
    if (this.#used + sizeBytes > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, sizeBytes)))
      this.#used = 0
    }
    const chunk = this.#chunks.at(-1)!
    const start = this.#used
    chunk.writeUInt32LE(sizeBytes - LENGTH_BYTES, start)
    chunk.write(text, start + LENGTH_BYTES)
    this.#used += sizeBytes
    return 1 + (this.#chunks.length - 1) * CHUNK_BYTES + start
  }
}
