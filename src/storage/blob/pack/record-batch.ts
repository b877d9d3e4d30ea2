import { HEAD_BYTES, type PackRecord, recordBytes, writeHead } from './pack-record.js'

const CHUNK_BYTES = 256 * 1024

interface PlacedRecord {
  readonly hash: string
  readonly sizeBytes: number
  readonly chunk: Buffer
  readonly at: number
}

/**
 * Records that will be written together. The bytes are copied when they are added, so that a caller may use its
 * buffer again; the heads are written last, when it is known where in which pack the batch begins.
 */
export class RecordBatch {
  sizeBytes = 0
  readonly #chunks: { readonly bytes: Buffer; used: number }[] = []
  readonly #records: PlacedRecord[] = []
  #spare: Buffer | undefined

  /** @param spare {@link chunk} of a batch that has been written */
  constructor(spare?: Buffer) {
    this.#spare = spare
  }

  /** Memory that another batch may use once this one is written. */
  get chunk(): Buffer | undefined {
    const chunk = this.#chunks[0]?.bytes
    return chunk?.length === CHUNK_BYTES ? chunk : undefined
  }

  get count(): number {
    return this.#records.length
  }

  add(hash: string, bytes: Uint8Array): void {
    const length = recordBytes(bytes.length)
    const { chunk, at } = this.#room(length)
    chunk.set(bytes, at + HEAD_BYTES)
    chunk[at + length - 1] = 0x0a
    this.#records.push({ hash, sizeBytes: bytes.length, chunk, at })
    this.sizeBytes += length
  }

  /** What was added as number `index`, from 0. */
  bytes(index: number): Uint8Array {
    const { chunk, at, sizeBytes } = this.#records[index]!
    return chunk.subarray(at + HEAD_BYTES, at + HEAD_BYTES + sizeBytes)
  }

  /** The batch as it stands at `offset` of a pack: its records in the order in which they were added, and their bytes. */
  encode(offset: number): { readonly records: readonly PackRecord[]; readonly chunks: readonly Buffer[] } {
    const records: PackRecord[] = []
    let next = offset
    for (const { hash, sizeBytes, chunk, at } of this.#records) {
      const record = { hash, offset: next, sizeBytes, batch: offset }
      writeHead(record, chunk, at)
      records.push(record)
      next += recordBytes(sizeBytes)
    }
    return { records, chunks: this.#chunks.map(({ bytes, used }) => bytes.subarray(0, used)) }
  }

  #room(length: number): { chunk: Buffer; at: number } {
    let chunk = this.#chunks.at(-1)
    if (chunk === undefined || chunk.bytes.length - chunk.used < length) {
      const spare = length <= CHUNK_BYTES ? this.#spare : undefined
      chunk = { bytes: spare ?? Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, length)), used: 0 }
      this.#spare = undefined
      this.#chunks.push(chunk)
    }
    const at = chunk.used
    chunk.used += length
    return { chunk: chunk.bytes, at }
  }
}
