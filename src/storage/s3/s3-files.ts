import type { FileStorage } from '@flystorage/file-storage'
import { ShowrunnerError } from '../../model/error/error.js'
import { type Spooled, spool } from '../blob/spool.js'
import type { Bytes } from '../bytes.js'
import { createObject } from '../create-object.js'
import { CreateProbe } from '../create-probe.js'
import { flyStorageList } from '../custom/fly-storage-list.js'
import type { EngineFiles } from '../engine-files.js'
import { insideStore } from '../layout.js'
import type { ListedFile } from '../store-files.js'
import type { S3Objects } from './s3-client.js'
import { S3_ATTEMPTS } from './s3-client.js'
import { conditionUnsupported, s3Error } from './s3-error.js'

const PLAIN = { mimeType: 'application/octet-stream' }

/** Objects of a bucket below a prefix. */
export class S3Files implements EngineFiles {
  readonly #files: FileStorage
  readonly #objects: S3Objects
  readonly #prefix: string
  readonly #probe: CreateProbe

  constructor(files: FileStorage, objects: S3Objects, prefix: string) {
    this.#files = files
    this.#objects = objects
    this.#prefix = prefix === '' ? '' : `${prefix}/`
    const create = async (path: string, bytes: Bytes) => {
      await using whole = await spool(bytes)
      return await createObject(objects, this.#key(path), whole)
    }
    this.#probe = new CreateProbe({ create, delete: path => files.deleteFile(path) }, conditionUnsupported)
  }

  async create(path: string, bytes: Bytes): Promise<'created' | 'exists'> {
    await using whole = await spool(bytes)
    await this.#probe.pass()
    return await createObject(this.#objects, this.#key(path), whole)
  }

  async replace(path: string, bytes: Bytes): Promise<void> {
    insideStore(path)
    await using whole = await spool(bytes)
    await this.#write(path, whole.body())
  }

  async writeThenPlace(_near: string, bytes: Bytes, place: () => Promise<string | undefined>): Promise<void> {
    await using whole = await spool(bytes)
    const path = await place()
    if (path !== undefined) await this.#write(insideStore(path), whole.body())
  }

  /** The service copies it; one that is too large for that is copied by whoever asks. */
  async share(from: string, to: string): Promise<boolean> {
    try {
      await this.#files.copyFile(insideStore(from), insideStore(to))
      return true
    } catch {
      return false
    }
  }

  async settle(): Promise<void> {}

  async size(path: string): Promise<number | undefined> {
    return (await this.#objects.head(this.#key(path)))?.sizeBytes
  }

  async read(path: string): Promise<Buffer | undefined> {
    const chunks: Buffer[] = []
    for await (const chunk of this.#read(path, 0, Number.MAX_SAFE_INTEGER)) chunks.push(chunk)
    return chunks.length === 0 ? undefined : Buffer.concat(chunks)
  }

  async *readRange(path: string, from: number, to: number): AsyncGenerator<Buffer> {
    if (to <= from) return
    let isThere = false
    for await (const chunk of this.#read(path, from, to)) {
      isThere = true
      if (chunk.length > 0) yield chunk
    }
    if (!isThere) throw new ShowrunnerError('STORE_FAILED', `Reading ${path} failed: it is not there.`)
  }

  async names(folder: string, after?: string): Promise<string[]> {
    const prefix = folder === '' ? this.#prefix : `${this.#key(folder)}/`
    const names: string[] = []
    for await (const key of this.#objects.names(prefix, after === undefined ? undefined : prefix + after)) {
      names.push(key.slice(prefix.length))
    }
    return names
  }

  async *list(folder: string): AsyncGenerator<ListedFile> {
    try {
      yield* flyStorageList(this.#files, insideStore(folder))
    } catch (error) {
      throw s3Error(error, `Listing ${folder}`)
    }
  }

  async delete(path: string): Promise<void> {
    try {
      await this.#files.deleteFile(insideStore(path))
    } catch (error) {
      throw s3Error(error, `Deleting ${path}`)
    }
  }

  /**
   * Nothing when the object is absent; an empty chunk stands for an empty one. The SDK repeats a request, but not
   * an answer that breaks off: reading goes on after the last byte that came.
   */
  async *#read(path: string, from: number, to: number): AsyncGenerator<Buffer> {
    let at = from
    for (let failures = 0; ; ) {
      const stream = await this.#objects.get(this.#key(path), at === 0 ? undefined : { from: at, to })
      if (stream === undefined) return
      if (at === from) yield Buffer.alloc(0)
      try {
        for await (const chunk of stream as AsyncIterable<Buffer>) {
          failures = 0
          yield at + chunk.length <= to ? chunk : chunk.subarray(0, to - at)
          at += chunk.length
          if (at >= to) return
        }
        return
      } catch (error) {
        if (++failures === S3_ATTEMPTS) throw s3Error(error, `Reading ${path}`)
      }
    }
  }

  async #write(path: string, body: ReturnType<Spooled['body']>): Promise<void> {
    try {
      await this.#files.write(path, body, PLAIN)
    } catch (error) {
      throw s3Error(error, `Writing ${path}`)
    }
  }

  #key(path: string): string {
    return this.#prefix + insideStore(path)
  }
}
