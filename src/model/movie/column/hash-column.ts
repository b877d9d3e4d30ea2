import { grownLength } from './grown-length.js'

const HASH_BYTES = 32
const HASH_WORDS = HASH_BYTES / 4

/** Of the code of a hex digit; 0 for any other, which only a foreign log has. */
const DIGITS = new Uint8Array(128)
for (const digits of ['0123456789abcdef', '0123456789ABCDEF'])
  for (let value = 0; value < 16; value++) DIGITS[digits.charCodeAt(value)] = value

/** A byte of a value that is written in hex. */
const byteOf = (hex: string, at: number): number =>
  ((DIGITS[hex.charCodeAt(at * 2)] ?? 0) << 4) | (DIGITS[hex.charCodeAt(at * 2 + 1)] ?? 0)

/**
 * SHA-256 values by slot, 32 bytes each; an unset slot reads as `undefined`. Hex is read here, digit by digit: a call of
 * `Buffer` costs more than the 32 bytes.
 */
export class HashColumn {
  #bytes: Buffer
  /** The same memory, to compare and to copy it. */
  #words: Uint32Array
  #isSet: Uint8Array

  constructor(length: number) {
    this.#bytes = Buffer.alloc(length * HASH_BYTES)
    this.#words = wordsOf(this.#bytes)
    this.#isSet = new Uint8Array(length)
  }

  set(slot: number, hex: string): void {
    this.#reach(slot)
    const start = slot * HASH_BYTES
    for (let at = 0; at < HASH_BYTES; at++) this.#bytes[start + at] = byteOf(hex, at)
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
    const start = slot * HASH_BYTES
    for (let at = 0; at < HASH_BYTES; at++) if (this.#bytes[start + at] !== byteOf(hex, at)) return false
    return true
  }

  /** Whether a slot has the value that a slot of another column has; not when it has none. */
  isEqual(slot: number, other: HashColumn, otherSlot: number): boolean {
    if (!this.has(slot) || !other.has(otherSlot)) return false
    const [start, otherStart] = [slot * HASH_WORDS, otherSlot * HASH_WORDS]
    for (let at = 0; at < HASH_WORDS; at++)
      if (this.#words[start + at] !== other.#words[otherStart + at]) return false
    return true
  }

  /** Takes the value of a slot of another column over, which has one. */
  copyFrom(slot: number, other: HashColumn, otherSlot: number): void {
    this.#reach(slot)
    const [start, otherStart] = [slot * HASH_WORDS, otherSlot * HASH_WORDS]
    for (let at = 0; at < HASH_WORDS; at++) this.#words[start + at] = other.#words[otherStart + at]!
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
    const copy = new HashColumn(this.#isSet.length)
    copy.#words.set(this.#words)
    copy.#isSet.set(this.#isSet)
    return copy
  }

  #reach(slot: number): void {
    if (slot < this.#isSet.length) return
    const length = grownLength(this.#isSet.length, slot + 1)
    const bytes = Buffer.alloc(length * HASH_BYTES)
    bytes.set(this.#bytes)
    const isSet = new Uint8Array(length)
    isSet.set(this.#isSet)
    this.#bytes = bytes
    this.#words = wordsOf(bytes)
    this.#isSet = isSet
  }
}

const wordsOf = ({ buffer, byteOffset, length }: Buffer): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length / 4)
