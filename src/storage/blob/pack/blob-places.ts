/** Where a copy of a blob is. */
export interface BlobPlace {
  /** Number of the pack. */
  readonly pack: number
  /** Of the record's head. */
  readonly offset: number
  readonly sizeBytes: number
}

const HASH_BYTES = 32
const FIRST_CAPACITY = 256

/**
 * The places of blobs by hash, in columns: some fifty bytes a blob, so that millions fit. A blob may have several
 * places: two writers stored it, or a damaged copy was replaced.
 */
export class BlobPlaces {
  #count = 0
  #hashes = Buffer.alloc(FIRST_CAPACITY * HASH_BYTES)
  #packs = new Uint32Array(FIRST_CAPACITY)
  #offsets = new Float64Array(FIRST_CAPACITY)
  #sizes = new Uint32Array(FIRST_CAPACITY)
  /** Open addressing: 1 + the entry's number, or 0. */
  #table = new Uint32Array(2 * FIRST_CAPACITY)

  get count(): number {
    return this.#count
  }

  add(hash: string, { pack, offset, sizeBytes }: BlobPlace): void {
    if (this.#count === this.#packs.length) this.#grow()
    const entry = this.#count++
    this.#hashes.write(hash, entry * HASH_BYTES, HASH_BYTES, 'hex')
    this.#packs[entry] = pack
    this.#offsets[entry] = offset
    this.#sizes[entry] = sizeBytes
    this.#enter(entry)
  }

  /** The last one added comes first. */
  find(hash: string): BlobPlace[] {
    const wanted = Buffer.from(hash, 'hex')
    const mask = this.#table.length - 1
    const places: BlobPlace[] = []
    for (let slot = wanted.readUInt32LE(0) & mask; this.#table[slot] !== 0; slot = (slot + 1) & mask) {
      const entry = this.#table[slot]! - 1
      const at = entry * HASH_BYTES
      if (wanted.compare(this.#hashes, at, at + HASH_BYTES) === 0) places.push(this.#place(entry))
    }
    return places.length > 1 ? places.reverse() : places
  }

  *entries(): Generator<readonly [hash: string, place: BlobPlace]> {
    for (let entry = 0; entry < this.#count; entry++) {
      const at = entry * HASH_BYTES
      yield [this.#hashes.toString('hex', at, at + HASH_BYTES), this.#place(entry)]
    }
  }

  #place(entry: number): BlobPlace {
    return { pack: this.#packs[entry]!, offset: this.#offsets[entry]!, sizeBytes: this.#sizes[entry]! }
  }

  #enter(entry: number): void {
    const mask = this.#table.length - 1
    let slot = this.#hashes.readUInt32LE(entry * HASH_BYTES) & mask
    while (this.#table[slot] !== 0) slot = (slot + 1) & mask
    this.#table[slot] = entry + 1
  }

  #grow(): void {
    const capacity = 2 * this.#packs.length
    const hashes = Buffer.alloc(capacity * HASH_BYTES)
    this.#hashes.copy(hashes)
    this.#hashes = hashes
    this.#packs = grown(this.#packs, new Uint32Array(capacity))
    this.#offsets = grown(this.#offsets, new Float64Array(capacity))
    this.#sizes = grown(this.#sizes, new Uint32Array(capacity))
    this.#table = new Uint32Array(2 * capacity)
    for (let entry = 0; entry < this.#count; entry++) this.#enter(entry)
  }
}

function grown<Column extends Uint32Array | Float64Array>(old: Column, column: Column): Column {
  column.set(old)
  return column
}
