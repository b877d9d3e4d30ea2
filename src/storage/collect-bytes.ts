import type { Bytes } from './bytes.js'

/** All bytes in one piece of their own: the caller may use its buffer again. */
export async function collectBytes(bytes: Bytes): Promise<Buffer> {
  if (bytes instanceof Uint8Array) return Buffer.from(bytes)
  const chunks: Uint8Array[] = []
  // A source may use its buffer again for the next chunk.
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** The same bytes as a Buffer, without a copy. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
