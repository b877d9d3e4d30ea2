import { z } from 'zod'
import { batchFields } from '../kit/batch/batch-fields.js'
import { jsonValue } from '../kit/json-value.js'
import { answerFields, promptFields } from '../kit/language/prompt-fields.js'

/** Vendors whose batch API is known, and services of one's own that speak OpenAI's. */
export const BATCH_VENDORS = ['openai', 'anthropic', 'google', 'compatible'] as const
export type BatchVendorName = (typeof BATCH_VENDORS)[number]

export const aiBatchConfigSchema = z.strictObject({
  /** Embeddings are made by OpenAI's batches alone. */
  task: z.enum(['text', 'embedding']).default('text'),
  ...promptFields,
  ...answerFields,
  topK: z.int().min(1).optional(),
  stopSequences: z.array(z.string()).optional(),
  /** Takes the whole of `model` as the id, whatever slashes are in it. */
  vendor: z.enum(BATCH_VENDORS).optional(),
  apiKey: z.string().min(1).optional(),
  baseUrl: z.url().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Further fields of each request, as the vendor's API has them. */
  body: z.record(z.string(), jsonValue).default({}),
  /** By default the most that the vendor takes. */
  maxRequests: z.int().min(1).optional(),
  /** By default the most that the vendor takes. */
  maxBytes: z.int().min(1).optional(),
  ...batchFields,
})
export type AiBatchConfig = z.infer<typeof aiBatchConfigSchema>
