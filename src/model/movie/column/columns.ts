const HASH_BYTES = 32

function grownLength(current: number, needed: number): number {
  return Math.max(needed, current + (current >> 1), 1024)
}

const scratch = Buffer.alloc(HASH_BYTES)

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

  /** Whether a slot has this value. */
  is(slot: number, hex: string): boolean {
    if (!this.has(slot)) return false
    scratch.write(hex, 0, HASH_BYTES, 'hex')
    const start = slot * HASH_BYTES
    return scratch.compare(this.#bytes, start, start + HASH_BYTES) === 0
  }

  /** Whether a slot has the value that a slot of another column has; not when it has none. */
  isEqual(slot: number, other: HashColumn, otherSlot: number): boolean {
    if (!this.has(slot) || !other.has(otherSlot)) return false
    const [start, otherStart] = [slot * HASH_BYTES, otherSlot * HASH_BYTES]
    const end = start + HASH_BYTES
    return other.#bytes.compare(this.#bytes, start, end, otherStart, otherStart + HASH_BYTES) === 0
  }

  /** Takes the value of a slot of another column over, which has one. */
  copyFrom(slot: number, other: HashColumn, otherSlot: number): void {
    if (slot >= this.#isSet.length) this.#grow(slot + 1)
    const start = otherSlot * HASH_BYTES
    other.#bytes.copy(this.#bytes, slot * HASH_BYTES, start, start + HASH_BYTES)
    this.#isSet[slot] = 1
  }

  /** The first 32 bits of a value; 0 where there is none. */
  wordAt(slot: number): number {
    return this.has(slot) ? this.#bytes.readUInt32BE(slot * HASH_BYTES) : 0
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
    const lengthBytes = Buffer.byteLength(text)
    const start = this.#reserve(LENGTH_BYTES + lengthBytes)
    const chunk = this.#chunks.at(-1)!
    chunk.writeUInt32LE(lengthBytes, start)
    chunk.write(text, start + LENGTH_BYTES)
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
