import { encodeIndex } from '../pack-index.js'
import { PACK_START } from '../pack-record.js'
import { PackLostError, type PackWriter } from '../pack-writer.js'
import { RecordBatch } from '../record-batch.js'
import type { PutTurns } from './put-turns.js'

/** A batch is sent when it has so many bytes, though another one is on its way. */
const BATCH_LIMIT_BYTES = 8 * 1024 * 1024

/**
 * Writes one pack as one object: gathers blobs until it is its turn to be sent, and is sealed from the beginning. A
 * process that dies before leaves nothing, and nobody was told of anything.
 */
export class ObjectPackWriter implements PackWriter {
  readonly name: string
  sizeBytes = 0
  readonly #put: (bytes: Buffer) => Promise<void>
  readonly #turns: PutTurns
  readonly #batch = new RecordBatch()
  readonly #settle: { resolve(offset: number): void; reject(error: unknown): void }[] = []
  #state: 'gathering' | 'sent' | 'settled' = 'gathering'
  #sending: Promise<void> | undefined

  /** @param put creates the object, durably */
  constructor(name: string, put: (bytes: Buffer) => Promise<void>, turns: PutTurns) {
    this.name = name
    this.#put = put
    this.#turns = turns
  }

  get takesMore(): boolean {
    return this.#state === 'gathering' && !this.#isFull
  }

  get isIdle(): boolean {
    return this.#sending === undefined || this.#state === 'settled'
  }

  append(hash: string, bytes: Uint8Array): Promise<number> {
    if (this.#state !== 'gathering') return Promise.reject(new PackLostError(Buffer.from(bytes)))
    return new Promise((resolve, reject) => {
      this.#batch.add(hash, bytes)
      this.#settle.push({ resolve, reject })
      this.#sending ??= this.#send()
      if (this.#isFull) this.#turns.look()
    })
  }

  async close(): Promise<void> {
    if (this.#sending === undefined) this.#state = 'settled'
    await this.#sending
  }

  get #isFull(): boolean {
    return this.#batch.sizeBytes >= BATCH_LIMIT_BYTES
  }

  async #send(): Promise<void> {
    // Whatever else comes in this turn goes along.
    await new Promise(resolve => setImmediate(resolve))
    await this.#turns.take(() => this.#isFull)
    this.#state = 'sent'
    try {
      const { records, chunks } = this.#batch.encode(PACK_START.length)
      const end = PACK_START.length + this.#batch.sizeBytes
      await this.#put(Buffer.concat([PACK_START, ...chunks, encodeIndex(records, end)]))
      this.sizeBytes = end
      for (const [index, { offset }] of records.entries()) this.#settle[index]!.resolve(offset)
    } catch (error) {
      for (const { reject } of this.#settle) reject(error)
    } finally {
      this.#state = 'settled'
      this.#turns.give()
    }
  }
}
