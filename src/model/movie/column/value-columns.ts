import type { BlobHash } from '../../id.js'
import type { JsonValue } from '../../json.js'
import type { BlobRef } from '../event.js'
import { NumberColumn, TextColumn } from './columns.js'

/** Values by slot. */
export interface ValueColumn {
  get(slot: number): JsonValue | undefined
  set(slot: number, value: JsonValue | undefined): void
}

/**
 * How values are kept: in the heap, as a run reads them again and again; packed as JSON text outside of it, for
 * who goes over all of them once; not at all, for who counts them.
 */
export type ValueMemory = 'heap' | 'packed' | 'none'

export function valueColumn(memory: ValueMemory, length: number): ValueColumn {
  switch (memory) {
    case 'heap':
      return new HeapValues(length)
    case 'packed':
      return new PackedValues<JsonValue>(length)
    case 'none':
      return { get: () => undefined, set: () => {} }
  }
}

class HeapValues implements ValueColumn {
  readonly #values: (JsonValue | undefined)[]

  constructor(length: number) {
    this.#values = new Array(length)
  }

  get(slot: number): JsonValue | undefined {
    return this.#values[slot]
  }

  set(slot: number, value: JsonValue | undefined): void {
    this.#values[slot] = value
  }
}

/** JSON values by slot as texts in few large buffers; like a Map, it knows how many there are. */
export class PackedValues<Value> {
  readonly #texts: TextColumn
  #size = 0

  constructor(length: number) {
    this.#texts = new TextColumn(length)
  }

  get size(): number {
    return this.#size
  }

  has(slot: number): boolean {
    return this.#texts.has(slot)
  }

  get(slot: number): Value | undefined {
    const text = this.#texts.get(slot)
    return text === undefined ? undefined : (JSON.parse(text) as Value)
  }

  set(slot: number, value: Value | undefined): void {
    const hadOne = this.#texts.has(slot)
    if (value === undefined && !hadOne) return
    this.#size += Number(value !== undefined) - Number(hadOne)
    this.#texts.set(slot, value === undefined ? undefined : JSON.stringify(value))
  }

  delete(slot: number): void {
    this.set(slot, undefined)
  }
}

/** Blobs by slot. Takes no memory until there is one. */
export class BlobColumn {
  readonly #hashes = new TextColumn(0)
  readonly #sizes = new SizeColumn()
  /** 1 + number of the type; 0: no blob. */
  readonly #types = new NumberColumn(0)
  readonly #mimeTypes: string[] = []
  readonly #numberOfType = new Map<string, number>()

  has(slot: number): boolean {
    return this.#types.get(slot) !== 0
  }

  get(slot: number): BlobRef | undefined {
    const type = this.#types.get(slot)
    if (type === 0) return undefined
    return {
      hash: this.#hashes.get(slot) as BlobHash,
      sizeBytes: this.#sizes.get(slot),
      mimeType: this.#mimeTypes[type - 1]!,
    }
  }

  set(slot: number, blob: BlobRef | undefined): void {
    if (blob === undefined) {
      if (this.has(slot)) this.#types.set(slot, 0)
      return
    }
    this.#hashes.set(slot, blob.hash)
    this.#sizes.set(slot, blob.sizeBytes)
    this.#types.set(slot, this.#typeNumber(blob.mimeType))
  }

  #typeNumber(mimeType: string): number {
    const known = this.#numberOfType.get(mimeType)
    if (known !== undefined) return known
    const number = this.#mimeTypes.push(mimeType)
    this.#numberOfType.set(mimeType, number)
    return number
  }
}

/** Sizes of blobs, which 32 bits may not hold. */
class SizeColumn {
  #values = new Float64Array(0)

  get(slot: number): number {
    return this.#values[slot] ?? 0
  }

  set(slot: number, value: number): void {
    if (slot >= this.#values.length) {
      const grown = new Float64Array(Math.max(slot + 1, 2 * this.#values.length, 1024))
      grown.set(this.#values)
      this.#values = grown
    }
    this.#values[slot] = value
  }
}
