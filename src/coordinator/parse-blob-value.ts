import type { JsonValue } from '../model/json.js'
import type { BlobRef } from '../model/movie/event.js'

/** The value a blob was made from: strings are stored as their text, everything else as canonical JSON. */
export function parseBlobValue(blob: BlobRef, bytes: Uint8Array): JsonValue {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return blob.mimeType.startsWith('text/plain') ? text : (JSON.parse(text) as JsonValue)
}
