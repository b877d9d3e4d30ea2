import type { EngineFiles } from '../../../engine-files.js'
import { PackGoneError, type ReadablePack } from '../pack-folder.js'

/** Read at once from the end: the index of some 200 blobs, or the whole of a small pack. */
const TAIL_BYTES = 16 * 1024

/** A pack in an object, which never changes: one request reads its index. */
export class ObjectPack implements ReadablePack {
  readonly #files: EngineFiles
  readonly #path: string
  readonly #sizeBytes: number
  #tail: Promise<Buffer> | undefined

  constructor(files: EngineFiles, path: string, sizeBytes: number) {
    this.#files = files
    this.#path = path
    this.#sizeBytes = sizeBytes
  }

  readonly read = async (from: number, to: number): Promise<Buffer> => {
    const end = Math.min(to, this.#sizeBytes)
    const tailFrom = Math.max(0, this.#sizeBytes - TAIL_BYTES)
    const isInTail = from >= tailFrom && (end === this.#sizeBytes || this.#tail !== undefined)
    if (!isInTail) return await this.#fetch(from, end)
    this.#tail ??= this.#fetch(tailFrom, this.#sizeBytes).catch(error => {
      this.#tail = undefined
      throw error
    })
    return (await this.#tail).subarray(from - tailFrom, end - tailFrom)
  }

  sizeBytes(): number {
    return this.#sizeBytes
  }

  isDeleted(): boolean {
    return false
  }

  /** An object is durable as soon as it is there. */
  async sync(): Promise<void> {}

  async close(): Promise<void> {}

  async #fetch(from: number, to: number): Promise<Buffer> {
    if (to <= from) return Buffer.alloc(0)
    const chunks: Buffer[] = []
    try {
      for await (const chunk of this.#files.readRange(this.#path, from, to)) chunks.push(chunk)
    } catch (error) {
      if ((await this.#files.size(this.#path)) === undefined) throw new PackGoneError()
      throw error
    }
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
  }
}
