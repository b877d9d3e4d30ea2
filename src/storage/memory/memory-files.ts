import { FileStorage } from '@flystorage/file-storage'
import { InMemoryStorageAdapter } from '@flystorage/in-memory'
import type { Bytes } from '../bytes.js'
import { asBuffer, collectBytes } from '../collect-bytes.js'
import { flyStorageList } from '../custom/fly-storage-list.js'
import type { EngineFiles } from '../engine-files.js'
import { insideStore } from '../layout.js'
import { storeError } from '../store-error.js'
import type { ListedFile } from '../store-files.js'
import { MemoryAppendFile } from './memory-append-file.js'

/**
 * Files in FlyStorage's memory adapter, whose writes take a few turns, so that callers for the same path queue up; and
 * logs, which grow.
 */
export class MemoryFiles implements EngineFiles {
  readonly #storage = new FileStorage(new InMemoryStorageAdapter())
  readonly #lastTurns = new Map<string, Promise<unknown>>()
  readonly #logs = new Map<string, MemoryAppendFile>()

  /** A file that grows; it is not among the others. */
  appendFile(path: string): MemoryAppendFile {
    let file = this.#logs.get(path)
    if (file === undefined) {
      file = new MemoryAppendFile(path)
      this.#logs.set(path, file)
    }
    return file
  }

  async create(path: string, bytes: Bytes): Promise<'created' | 'exists'> {
    const whole = await collectBytes(bytes)
    return this.#inTurn(path, async () => {
      if (await this.#storage.fileExists(path)) return 'exists'
      await this.#storage.write(path, whole)
      return 'created'
    })
  }

  async replace(path: string, bytes: Bytes): Promise<void> {
    const whole = await collectBytes(bytes)
    await this.#inTurn(path, () => this.#storage.write(path, whole))
  }

  async writeThenPlace(_near: string, bytes: Bytes, place: () => Promise<string | undefined>): Promise<void> {
    const whole = await collectBytes(bytes)
    const path = await place()
    if (path !== undefined) await this.replace(path, whole)
  }

  async settle(): Promise<void> {}

  async size(path: string): Promise<number | undefined> {
    return (await this.#storage.fileExists(path)) ? this.#storage.fileSize(path) : undefined
  }

  async *readRange(path: string, from: number, to: number): AsyncGenerator<Buffer> {
    const whole = await this.#storage.readToUint8Array(path).catch(error => {
      throw storeError(error, `Reading ${path}`)
    })
    yield asBuffer(whole).subarray(from, Math.max(from, to))
  }

  async read(path: string): Promise<Buffer | undefined> {
    try {
      return asBuffer(await this.#storage.readToUint8Array(path))
    } catch (error) {
      if (!(await this.#storage.fileExists(path))) return undefined
      throw storeError(error, `Reading ${path}`)
    }
  }

  async names(folder: string): Promise<string[]> {
    const names = new Set<string>()
    const start = folder === '' ? 0 : folder.length + 1
    for await (const { path, isFile } of this.#storage.list(folder)) {
      names.add(isFile ? path.slice(start) : `${path.slice(start).replace(/\/$/, '')}/`)
    }
    if (folder !== '') return [...names]
    for (const [path, log] of this.#logs) if (log.isThere) names.add(path.slice(0, path.indexOf('/') + 1))
    return [...names]
  }

  list(folder: string): AsyncIterable<ListedFile> {
    return flyStorageList(this.#storage, folder)
  }

  async delete(path: string): Promise<void> {
    await this.#inTurn(path, () => this.#storage.deleteFile(path))
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
