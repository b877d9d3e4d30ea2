import { encodeIndex, type IndexedRecord } from '../../blob/pack/pack-index.js'
import { PACK_START } from '../../blob/pack/pack-record.js'
import { PackLostError, type PackWriter } from '../../blob/pack/pack-writer.js'
import { RecordBatch } from '../../blob/pack/record-batch.js'

/** A pack of blobs is full with so many bytes, or so many blobs. */
const BLOB_PACK_LIMIT_BYTES = 256 * 1024 * 1024
export const BLOB_PACK_LIMIT_COUNT = 65_536
/** Of one write to a pack. */
const BLOB_BATCH_LIMIT_BYTES = 8 * 1024 * 1024

/** The file that a pack is written to; this process alone writes it. */
export interface GrowingFile {
  /** Undefined when its name was taken away: what is written would be lost. */
  readonly sizeBytes: number | undefined
  /** Durable when it resolves. */
  append(chunks: readonly Uint8Array[]): Promise<void>
  truncate(sizeBytes: number): Promise<void>
  remove(): Promise<void>
  close(): Promise<void>
}

interface Waiting {
  readonly batch: RecordBatch
  readonly settle: { resolve(offset: number): void; reject(error: unknown): void }[]
}

/**
 * Writes one pack. What comes while a write is on its way goes out with the next: one write a batch, durable when
 * it returns. After an error a writer takes nothing more.
 */
export class GrowingPackWriter implements PackWriter {
  readonly name: string
  sizeBytes = 0
  readonly #file: GrowingFile
  readonly #records: IndexedRecord[] = []
  readonly #queue: Waiting[] = []
  #spare: Buffer | undefined
  #queuedBytes = 0
  #queuedCount = 0
  #state: 'open' | 'failed' | 'closing' = 'open'
  #writing: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(name: string, file: GrowingFile) {
    this.name = name
    this.#file = file
  }

  get takesMore(): boolean {
    return (
      this.#state === 'open' &&
      this.sizeBytes + this.#queuedBytes < BLOB_PACK_LIMIT_BYTES &&
      this.#records.length + this.#queuedCount < BLOB_PACK_LIMIT_COUNT
    )
  }

  get isIdle(): boolean {
    return this.#queue.length === 0 && this.#writing === undefined
  }

  append(hash: string, bytes: Uint8Array): Promise<number> {
    if (this.#state !== 'open') return Promise.reject(new PackLostError(Buffer.from(bytes)))
    return new Promise((resolve, reject) => {
      let last = this.#queue.at(-1)
      if (last === undefined || last.batch.sizeBytes >= BLOB_BATCH_LIMIT_BYTES) {
        last = { batch: new RecordBatch(this.#spare), settle: [] }
        this.#spare = undefined
        this.#queue.push(last)
      }
      const before = last.batch.sizeBytes
      last.batch.add(hash, bytes)
      last.settle.push({ resolve, reject })
      this.#queuedBytes += last.batch.sizeBytes - before
      this.#queuedCount++
      this.#writing ??= this.#writeAll()
    })
  }

  /** Writes what waits, then the index, and closes the file; a pack without a blob is removed. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #writeAll(): Promise<void> {
    // Whatever else comes in this turn goes along.
    await new Promise(resolve => setImmediate(resolve))
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#queuedBytes -= next.batch.sizeBytes
      this.#queuedCount -= next.batch.count
      await this.#writeBatch(next)
    }
    this.#writing = undefined
  }

  async #writeBatch({ batch, settle }: Waiting): Promise<void> {
    const isFirst = this.sizeBytes === 0
    const offset = isFirst ? PACK_START.length : this.sizeBytes
    const { records, chunks } = batch.encode(offset)
    let error: unknown
    let isLost = this.#state === 'failed'
    try {
      if (!isLost) await this.#file.append(isFirst ? [PACK_START, ...chunks] : chunks)
      // Somebody may have deleted it, or cut it off.
      isLost ||= this.#file.sizeBytes !== offset + batch.sizeBytes
    } catch (caught) {
      error = caught
    }
    if (isLost || error !== undefined) {
      this.#state = 'failed'
      for (const [index, { reject }] of settle.entries()) {
        reject(error ?? new PackLostError(batch.bytes(index)))
      }
      return
    }
    this.sizeBytes = offset + batch.sizeBytes
    this.#spare = batch.chunk
    for (const [index, record] of records.entries()) {
      this.#records.push(record)
      settle[index]!.resolve(record.offset)
    }
  }

  async #close(): Promise<void> {
    if (this.#state === 'open') this.#state = 'closing'
    await this.#writing
    try {
      await this.#seal()
    } catch {
      // Whoever reads a pack without an index finds the records by their heads.
    } finally {
      await this.#file.close().catch(() => undefined)
    }
  }

  async #seal(): Promise<void> {
    const sizeBytes = this.#file.sizeBytes
    if (sizeBytes === undefined || sizeBytes < this.sizeBytes) return
    if (this.#state === 'failed') await this.#file.truncate(this.sizeBytes)
    if (this.#records.length === 0) return await this.#file.remove()
    try {
      await this.#file.append([encodeIndex(this.#records, this.sizeBytes)])
    } catch (error) {
      await this.#file.truncate(this.sizeBytes)
      throw error
    }
  }
}
