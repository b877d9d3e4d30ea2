import { z } from 'zod'
import { batchFields } from '../kit/batch/batch-fields.js'
import { jsonValue } from '../kit/json-value.js'
import { answerFields, promptFields } from '../kit/language/prompt-fields.js'

/** One batch of OpenAI's batch API, by its own rules. */
const OPENAI_BATCH_REQUESTS = 50_000
const OPENAI_BATCH_BYTES = 200 * 1000 * 1000

export const batchConfigSchema = z.strictObject({
  task: z.enum(['text', 'embedding']).default('text'),
  ...promptFields,
  ...answerFields,
  /** Further fields of each request, as the API has them. */
  body: z.record(z.string(), jsonValue).default({}),
  apiKey: z.string().min(1).optional(),
  baseUrl: z.url().optional(),
  organization: z.string().optional(),
  project: z.string().optional(),
  maxRequests: z.int().min(1).max(OPENAI_BATCH_REQUESTS).default(OPENAI_BATCH_REQUESTS),
  maxBytes: z.int().min(1).max(OPENAI_BATCH_BYTES).default(OPENAI_BATCH_BYTES),
  completionWindow: z.string().default('24h'),
  ...batchFields,
})
export type BatchConfig = z.infer<typeof batchConfigSchema>
