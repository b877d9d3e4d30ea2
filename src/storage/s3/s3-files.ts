import * as crypto from 'node:crypto'
import type { FileStorage } from '@flystorage/file-storage'
import { ShowrunnerError } from '../../model/error/error.js'
import { type Spooled, spool } from '../blob/spool.js'
import { createObject } from '../create-object.js'
import { insideStore } from '../layout.js'
import type { Bytes } from '../store.js'
import type { StoreFiles } from '../store-files.js'
import type { S3Objects } from './s3-client.js'
import { S3_ATTEMPTS } from './s3-client.js'
import { conditionUnsupported, s3Error } from './s3-error.js'

const PLAIN = { mimeType: 'application/octet-stream' }

/** Objects of a bucket below a prefix. */
export class S3Files implements StoreFiles {
  readonly #files: FileStorage
  readonly #objects: S3Objects
  readonly #prefix: string
  #probing: Promise<void> | undefined

  constructor(files: FileStorage, objects: S3Objects, prefix: string) {
    this.#files = files
    this.#objects = objects
    this.#prefix = prefix === '' ? '' : `${prefix}/`
  }

  async create(path: string, bytes: Bytes): Promise<'created' | 'exists'> {
    const key = this.#key(path)
    await using whole = await spool(bytes)
    this.#probing ??= this.#probe()
    try {
      await this.#probing
    } catch (error) {
      // The next one asks again: the network may be back.
      this.#probing = undefined
      throw error
    }
    return await createObject(this.#objects, key, whole)
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    insideStore(path)
    await this.#write(path, Buffer.from(bytes))
  }

  async writeThenPlace(_near: string, bytes: Bytes, place: () => Promise<string | undefined>): Promise<void> {
    await using whole = await spool(bytes)
    const path = await place()
    if (path !== undefined) await this.#write(insideStore(path), whole.body())
  }

  async settle(): Promise<void> {}

  async size(path: string): Promise<number | undefined> {
    return (await this.#objects.head(this.#key(path)))?.sizeBytes
  }

  async whole(path: string): Promise<Buffer | undefined> {
    const chunks: Buffer[] = []
    for await (const chunk of this.#read(path, 0, Number.MAX_SAFE_INTEGER)) chunks.push(chunk)
    return chunks.length === 0 ? undefined : Buffer.concat(chunks)
  }

  async *chunks(path: string, from: number, to: number): AsyncGenerator<Buffer> {
    if (to <= from) return
    let isThere = false
    for await (const chunk of this.#read(path, from, to)) {
      isThere = true
      if (chunk.length > 0) yield chunk
    }
    if (!isThere) throw new ShowrunnerError('STORE_FAILED', `Reading ${path} failed: it is not there.`)
  }

  async names(folder: string, after?: string): Promise<string[]> {
    const prefix = `${this.#key(folder)}/`
    const names: string[] = []
    for await (const key of this.#objects.keys(prefix, after === undefined ? undefined : prefix + after)) {
      names.push(key.slice(prefix.length))
    }
    return names
  }

  /** A store that ignores `If-None-Match` would let two writers into one log. */
  async #probe(): Promise<void> {
    const path = `.showrunner-probe/${crypto.randomUUID()}`
    const key = this.#key(path)
    await using first = await spool(Buffer.from('first'))
    await using second = await spool(Buffer.from('second'))
    if ((await createObject(this.#objects, key, first)) === 'created') {
      const isIgnored = (await createObject(this.#objects, key, second)) === 'created'
      await this.#files.deleteFile(path).catch(() => undefined)
      if (!isIgnored) return
    }
    throw conditionUnsupported()
  }

  /**
   * Nothing when the object is absent; an empty chunk stands for an empty one. The SDK repeats a request, but not
   * an answer that breaks off: reading goes on behind the last byte that came.
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
