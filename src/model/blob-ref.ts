import { isBlobHash } from './id.js'
import type { BlobRef } from './movie/event.js'

/** True for `{ hash, sizeBytes, mimeType }` and nothing else in it. */
export function isBlobRef(value: unknown): value is BlobRef {
  if (typeof value !== 'object' || value === null) return false
  const { hash, sizeBytes, mimeType } = value as Partial<BlobRef>
  return (
    isBlobHash(hash) &&
    Number.isSafeInteger(sizeBytes) &&
    (sizeBytes as number) >= 0 &&
    typeof mimeType === 'string' &&
    Object.keys(value).length === 3
  )
}
