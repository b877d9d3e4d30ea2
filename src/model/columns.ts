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
