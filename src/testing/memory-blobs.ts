import * as crypto from 'node:crypto'
import { ShowrunnerError } from '../model/error/error.js'
import type { BlobHash } from '../model/id.js'
import type { BlobRef } from '../model/movie/event.js'
import type { ReleasableBlobs } from '../workers/attempt/output/blob-access.js'

/** A blob store in a map, for tests that look at what a provider hands over. */
export class MemoryBlobs implements ReleasableBlobs {
  readonly bytes = new Map<string, Buffer>()
  /** Bytes of the largest piece that was handed over at once. */
  largestPieceBytes = 0

  async put(data: Uint8Array | AsyncIterable<Uint8Array>, mimeType: string): Promise<BlobRef> {
    const digest = crypto.createHash('sha256')
    const chunks: Uint8Array[] = []
    const take = (chunk: Uint8Array) => {
      this.largestPieceBytes = Math.max(this.largestPieceBytes, chunk.byteLength)
      digest.update(chunk)
      chunks.push(chunk)
    }
    if (data instanceof Uint8Array) take(data)
    else for await (const chunk of data) take(chunk)
    const bytes = Buffer.concat(chunks)
    const hash = digest.digest('hex') as BlobHash
    this.bytes.set(hash, bytes)
    return { hash, sizeBytes: bytes.byteLength, mimeType }
  }

  async sizeOf(hash: string): Promise<number | undefined> {
    return this.bytes.get(hash)?.byteLength
  }

  async read(blob: BlobRef): Promise<Uint8Array> {
    const bytes = this.bytes.get(blob.hash)
    if (bytes === undefined) throw new ShowrunnerError('BLOB_MISSING', `Blob ${blob.hash} is missing.`)
    return bytes
  }

  async *readStream(blob: BlobRef): AsyncIterable<Uint8Array> {
    yield await this.read(blob)
  }

  async rest(): Promise<void> {}

  async release(): Promise<void> {}

  text(blob: BlobRef | undefined): string | undefined {
    return blob === undefined ? undefined : this.bytes.get(blob.hash)?.toString('utf8')
  }
}
