import * as crypto from 'node:crypto'
import { ShowrunnerError } from '../model/error.js'
import type { BlobRef } from '../model/event.js'
import { sha256 } from '../model/hash.js'
import { type BlobHash, isBlobHash, type MovieId } from '../model/id.js'
import { layout } from './layout.js'
import type { BlobStore, Bytes } from './store.js'
import type { StoreFiles } from './store-files.js'

/** Each blob is a file named by its hash. Whoever of two writers of the same bytes places it last, it is right. */
export class FileBlobStore implements BlobStore {
  readonly #movie: MovieId | undefined
  readonly #files: StoreFiles

  constructor(movie: MovieId | undefined, files: StoreFiles) {
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
    if (sizeBytes !== blob.sizeBytes) throw blobCorrupt(path, sizeBytes, blob)
    const chunks: Uint8Array[] = []
    for await (const chunk of this.#files.chunks(path, 0, sizeBytes)) chunks.push(chunk)
    const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    if (sha256(bytes) !== blob.hash) throw blobCorrupt(path, bytes.length, blob)
    return bytes
  }

  async *readStream(blob: BlobRef): AsyncGenerator<Uint8Array> {
    const path = this.#pathOf(blob)
    const sizeBytes = await this.#existingSize(path)
    if (sizeBytes !== blob.sizeBytes) throw blobCorrupt(path, sizeBytes, blob)
    const hash = crypto.createHash('sha256')
    for await (const chunk of this.#files.chunks(path, 0, sizeBytes)) {
      hash.update(chunk)
      yield chunk
    }
    if (hash.digest('hex') !== blob.hash) throw blobCorrupt(path, sizeBytes, blob)
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

  /** A file of another size is damaged, and written anew. */
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

function blobMissing(path: string): ShowrunnerError {
  return new ShowrunnerError(
    'BLOB_MISSING',
    `Blob ${path} is not in the store. Restore the file from a copy, or run again and regenerate the artifact.`,
    { details: { path } },
  )
}

function blobCorrupt(path: string, sizeBytes: number, expected: BlobRef): ShowrunnerError {
  const got =
    sizeBytes === expected.sizeBytes
      ? 'bytes with another SHA-256'
      : `${sizeBytes} bytes instead of ${expected.sizeBytes}`
  return new ShowrunnerError(
    'BLOB_CORRUPT',
    `Blob ${path} is damaged: it holds ${got}. Restore the file from a copy, or delete it, run again and regenerate the artifact.`,
    { details: { path, sizeBytes, expectedSizeBytes: expected.sizeBytes } },
  )
}
