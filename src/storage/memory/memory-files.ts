import type { FileStorage } from '@flystorage/file-storage'
import { insideStore } from '../layout.js'
import type { Bytes } from '../store.js'
import { storeError } from '../store-error.js'
import type { StoreFiles } from '../store-files.js'

/** Files in FlyStorage's memory adapter. Its writes take a few turns, so callers for the same path queue up. */
export class MemoryFiles implements StoreFiles {
  readonly #files: FileStorage
  readonly #lastTurns = new Map<string, Promise<unknown>>()

  constructor(files: FileStorage) {
    this.#files = files
  }

  async create(path: string, bytes: Bytes): Promise<'created' | 'exists'> {
    const whole = await gather(bytes)
    return this.#inTurn(path, async () => {
      if (await this.#files.fileExists(path)) return 'exists'
      await this.#files.write(path, whole)
      return 'created'
    })
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    const whole = await gather(bytes)
    await this.#inTurn(path, () => this.#files.write(path, whole))
  }

  async writeThenPlace(_near: string, bytes: Bytes, place: () => Promise<string | undefined>): Promise<void> {
    const whole = await gather(bytes)
    const path = await place()
    if (path !== undefined) await this.replace(path, whole)
  }

  async settle(): Promise<void> {}

  async size(path: string): Promise<number | undefined> {
    return (await this.#files.fileExists(path)) ? this.#files.fileSize(path) : undefined
  }

  async *chunks(path: string, from: number, to: number): AsyncGenerator<Buffer> {
    const whole = await this.#files.readToUint8Array(path).catch(error => {
      throw storeError(error, `Reading ${path}`)
    })
    yield Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength).subarray(from, to)
  }

  async whole(path: string): Promise<Buffer | undefined> {
    try {
      const whole = await this.#files.readToUint8Array(path)
      return Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength)
    } catch (error) {
      if (!(await this.#files.fileExists(path))) return undefined
      throw storeError(error, `Reading ${path}`)
    }
  }

  async names(folder: string): Promise<string[]> {
    const names: string[] = []
    for await (const entry of this.#files.list(folder)) {
      if (entry.isFile) names.push(entry.path.slice(folder.length + 1))
    }
    return names
  }

  async #inTurn<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
    const before = this.#lastTurns.get(insideStore(path)) ?? Promise.resolve()
    const turn = before.then(act)
    const settled = turn.catch(() => undefined)
    this.#lastTurns.set(path, settled)
    try {
      return await turn
    } catch (error) {
      throw storeError(error, `Writing ${path}`)
    } finally {
      if (this.#lastTurns.get(path) === settled) this.#lastTurns.delete(path)
    }
  }
}

/** All bytes in one piece of their own: the caller may use its buffer again. */
async function gather(bytes: Bytes): Promise<Buffer> {
  if (bytes instanceof Uint8Array) return Buffer.from(bytes)
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}
