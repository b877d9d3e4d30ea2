import * as crypto from 'node:crypto'
import pLimit from 'p-limit'
import { isShowrunnerError } from '../../model/error/error.js'
import { type BlobHash, isBlobHash, type MovieId } from '../../model/id.js'
import type { BlobRef } from '../../model/movie/event.js'
import { sha256 } from '../../model/sha256.js'
import type { Bytes } from '../bytes.js'
import type { EngineFiles } from '../engine-files.js'
import { layout } from '../layout.js'
import type { BlobStore, Compaction, Finding } from '../store.js'
import { blobFileCorrupt, blobMissing } from './blob-fault.js'

const CHECKS_AT_ONCE = 8
const CHECK_GROUP = 256

/** Each blob is a file named by its hash. Whoever of two writers of the same bytes places it last, it is right. */
export class FileBlobStore implements BlobStore {
  readonly #movie: MovieId | undefined
  readonly #files: EngineFiles

  constructor(movie: MovieId | undefined, files: EngineFiles) {
    this.#movie = movie
    this.#files = files
  }

  async put(data: Bytes, mimeType: string): Promise<BlobRef> {
    return data instanceof Uint8Array ? this.#putBytes(data, mimeType) : this.#putStream(data, mimeType)
  }

  async sizeOf(hash: string): Promise<number | undefined> {
    return isBlobHash(hash) ? await this.#files.size(layout.blob(this.#movie, hash)) : undefined
  }

  async read(blob: BlobRef): Promise<Uint8Array> {
    const path = this.#pathOf(blob)
    const sizeBytes = await this.#existingSize(path)
    if (sizeBytes !== blob.sizeBytes) throw blobFileCorrupt(path, sizeBytes, blob)
    const chunks: Uint8Array[] = []
    for await (const chunk of this.#files.readRange(path, 0, sizeBytes)) chunks.push(chunk)
    const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    if (sha256(bytes) !== blob.hash) throw blobFileCorrupt(path, bytes.length, blob)
    return bytes
  }

  async *readStream(blob: BlobRef): AsyncGenerator<Uint8Array> {
    const path = this.#pathOf(blob)
    const sizeBytes = await this.#existingSize(path)
    if (sizeBytes !== blob.sizeBytes) throw blobFileCorrupt(path, sizeBytes, blob)
    const hash = crypto.createHash('sha256')
    for await (const chunk of this.#files.readRange(path, 0, sizeBytes)) {
      hash.update(chunk)
      yield chunk
    }
    if (hash.digest('hex') !== blob.hash) throw blobFileCorrupt(path, sizeBytes, blob)
  }

  async *check(blobs: ReadonlyMap<string, BlobRef>): AsyncGenerator<Finding> {
    const limit = pLimit(CHECKS_AT_ONCE)
    for (const group of groupsOf(blobs.values(), CHECK_GROUP)) {
      for (const finding of await limit.map(group, blob => this.#findingOf(blob))) if (finding) yield finding
    }
  }

  async compact(): Promise<Compaction> {
    return { removedBlobs: 0, removedBytes: 0, keptBlobs: 0 }
  }

  async rest(): Promise<void> {}

  async release(): Promise<void> {}

  async #findingOf(blob: BlobRef): Promise<Finding | undefined> {
    try {
      for await (const _ of this.readStream(blob));
      return undefined
    } catch (error) {
      if (!isShowrunnerError(error)) throw error
      return { severity: 'damage', where: layout.blob(this.#movie, blob.hash), message: error.message }
    }
  }

  async #putBytes(bytes: Uint8Array, mimeType: string): Promise<BlobRef> {
    const hash = sha256(bytes) as BlobHash
    const path = layout.blob(this.#movie, hash)
    if (!(await this.#isThere(path, bytes.length))) await this.#files.replace(path, bytes)
    return { hash, sizeBytes: bytes.length, mimeType }
  }

  async #putStream(chunks: AsyncIterable<Uint8Array>, mimeType: string): Promise<BlobRef> {
    const digest = crypto.createHash('sha256')
    let sizeBytes = 0
    let hash = ''
    async function* hashed(): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        digest.update(chunk)
        sizeBytes += chunk.length
        yield chunk
      }
    }
    await this.#files.writeThenPlace(`${layout.blobs(this.#movie)}/`, hashed(), async () => {
      hash = digest.digest('hex')
      const path = layout.blob(this.#movie, hash)
      return (await this.#isThere(path, sizeBytes)) ? undefined : path
    })
    return { hash: hash as BlobHash, sizeBytes, mimeType }
  }

  /** A file of another size is damaged, and written again. */
  async #isThere(path: string, sizeBytes: number): Promise<boolean> {
    if ((await this.#files.size(path)) !== sizeBytes) return false
    await this.#files.settle(path)
    return true
  }

  /** A reference may come from a log or a provider: only a hash ever becomes a path. */
  #pathOf(blob: BlobRef): string {
    if (isBlobHash(blob.hash)) return layout.blob(this.#movie, blob.hash)
    throw blobMissing(`named "${String(blob.hash).slice(0, 80)}"`)
  }

  async #existingSize(path: string): Promise<number> {
    const sizeBytes = await this.#files.size(path)
    if (sizeBytes === undefined) throw blobMissing(path)
    return sizeBytes
  }
}

function* groupsOf<Item>(items: Iterable<Item>, count: number): Generator<Item[]> {
  let group: Item[] = []
  for (const item of items) {
    if (group.push(item) < count) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}
