import { isBlobRef } from '../../../model/blob-ref.js'
import { isTextMime } from '../../../model/media/mime-type.js'
import type { ProduceContext, ProduceRequest } from '../../../model/provider/provider.js'
import { blobText } from '../fetch/body-text.js'
import type { TemplateView } from './render-template.js'

/** The inputs, with the text of text blobs in place of their references. */
export async function viewOf({ inputs }: ProduceRequest, context: ProduceContext): Promise<TemplateView> {
  return (await withTexts(inputs, context)) as TemplateView
}

function hasTextBlob(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (isBlobRef(value)) return isTextMime(value.mimeType)
  return Array.isArray(value) ? value.some(hasTextBlob) : Object.values(value).some(hasTextBlob)
}

async function withTexts(value: unknown, context: ProduceContext): Promise<unknown> {
  // Most values, and the largest ones, hold no blob: a promise for each of their members would be slow.
  if (typeof value !== 'object' || value === null || !hasTextBlob(value)) return value
  if (isBlobRef(value)) return blobText(await context.read(value), value)
  if (Array.isArray(value)) return await Promise.all(value.map(item => withTexts(item, context)))
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await withTexts(item, context)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}
