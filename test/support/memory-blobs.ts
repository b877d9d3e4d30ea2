import { ShowrunnerError } from '../../src/model/error.js'
import type { BlobRef } from '../../src/model/event.js'
import { sha256 } from '../../src/model/hash.js'
import type { BlobHash } from '../../src/model/id.js'
import type { BlobStore } from '../../src/storage/store.js'

/** A blob store in a map, for tests that look at what workers hand over. */
export class MemoryBlobs implements BlobStore {
  readonly bytes = new Map<string, Buffer>()

  async put(data: Uint8Array | AsyncIterable<Uint8Array>, mimeType: string): Promise<BlobRef> {
    const chunks: Uint8Array[] = []
    if (data instanceof Uint8Array) chunks.push(data)
    else for await (const chunk of data) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    const hash = sha256(bytes) as BlobHash
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

  text(blob: BlobRef | undefined): string | undefined {
    return blob === undefined ? undefined : this.bytes.get(blob.hash)?.toString('utf8')
  }
}
