import type { BlobHash } from '../../model/id.js'
import type { BlobRef } from '../../model/movie/event.js'

/** Reads a stored blob in chunks, with its hash checked at the end. */
export type ReadBlob = (blob: BlobRef) => AsyncIterable<Uint8Array>

/** An output of bytes: what it is, and its bytes when they are asked for. It is a {@link BlobRef}, too. */
export class OutputBlob implements BlobRef {
  /** SHA-256 of the bytes, in hex. */
  readonly hash: BlobHash
  /** How many bytes it has. */
  readonly sizeBytes: number
  /** The type that the bytes have, such as `image/png`. */
  readonly mimeType: string
  readonly #read: ReadBlob

  constructor({ hash, sizeBytes, mimeType }: BlobRef, read: ReadBlob) {
    this.hash = hash
    this.sizeBytes = sizeBytes
    this.mimeType = mimeType
    this.#read = read
  }

  /** In chunks, for what is large. @throws ShowrunnerError `BLOB_MISSING`, `BLOB_CORRUPT` */
  stream(): AsyncIterable<Uint8Array> {
    return this.#read(this)
  }

  /** All of them. @throws ShowrunnerError `BLOB_MISSING`, `BLOB_CORRUPT` */
  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    for await (const chunk of this.#read(this)) chunks.push(chunk)
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
  }

  /** All of them, read as UTF-8. @throws like {@link bytes} */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes())
  }
}
