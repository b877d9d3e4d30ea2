import { isBlobRef } from '../../../model/blob-ref.js'
import type { JsonValue } from '../../../model/json.js'
import { isTextMime } from '../../../model/media/mime-type.js'
import type { ProduceContext, ProduceRequest } from '../../../model/provider/provider.js'
import { blobText } from '../fetch/body-text.js'
import type { TemplateView } from './render-template.js'

/** What templates call the answers that were rejected, each with its `reason` and `outputs`. */
export const FEEDBACK_NAME = 'feedback'

/** The inputs, with the text of text blobs in place of their references, and what was wrong with answers before. */
export async function viewOf({ inputs }: ProduceRequest, context: ProduceContext): Promise<TemplateView> {
  const view = (await withTexts(inputs, context)) as TemplateView
  return Object.hasOwn(view, FEEDBACK_NAME)
    ? view
    : { ...view, [FEEDBACK_NAME]: context.feedback as unknown as JsonValue }
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
