import { isBlobRef } from '../../model/blob-ref.js'
import type { BlobRef } from '../../model/movie/event.js'

type Placed = { readonly [key: string]: Placed } | readonly Placed[] | unknown

/** The inputs with every blob in them replaced, one after the other; what holds none is handed on as it is. */
export async function replaceBlobs(
  value: Placed,
  replace: (blob: BlobRef) => Promise<unknown>,
): Promise<unknown> {
  if (typeof value !== 'object' || value === null || !hasBlob(value)) return value
  if (isBlobRef(value)) return await replace(value)
  if (Array.isArray(value)) {
    const items: unknown[] = []
    for (const item of value) items.push(await replaceBlobs(item, replace))
    return items
  }
  const copy: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) copy[key] = await replaceBlobs(item, replace)
  return copy
}

function hasBlob(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (isBlobRef(value)) return true
  return Array.isArray(value) ? value.some(hasBlob) : Object.values(value).some(hasBlob)
}

export const dataUrl = (bytes: Uint8Array, mimeType: string): string =>
  `data:${mimeType};base64,${Buffer.from(bytes).toString('base64')}`
