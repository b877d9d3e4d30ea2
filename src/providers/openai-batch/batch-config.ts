import { z } from 'zod'
import { TIMER_LIMIT_MS } from '../../model/clock.js'
import type { JsonValue } from '../../model/json.js'
import { answerFields, promptFields } from '../kit/language/prompt-fields.js'

/** One batch of OpenAI's batch API, by its own rules. */
const OPENAI_BATCH_REQUESTS = 50_000
const OPENAI_BATCH_BYTES = 200 * 1000 * 1000

const json = z.json() as unknown as z.ZodType<JsonValue>
const delayMs = z.number().min(1).max(TIMER_LIMIT_MS)

export const batchConfigSchema = z.strictObject({
  task: z.enum(['text', 'embedding']).default('text'),
  ...promptFields,
  ...answerFields,
  /** Further fields of each request, as the API has them. */
  body: z.record(z.string(), json).default({}),
  apiKey: z.string().min(1).optional(),
  baseUrl: z.url().optional(),
  organization: z.string().optional(),
  project: z.string().optional(),
  maxRequests: z.int().min(1).max(OPENAI_BATCH_REQUESTS).default(OPENAI_BATCH_REQUESTS),
  maxBytes: z.int().min(1).max(OPENAI_BATCH_BYTES).default(OPENAI_BATCH_BYTES),
  /** A batch is sent when no further job has come for so long, and at the latest after ten times that. */
  gatherMs: delayMs.default(5_000),
  pollMs: delayMs.default(30_000),
  completionWindow: z.string().default('24h'),
  /** Ends a batch that is so old; what it has not answered goes the way of `fallback`. */
  deadlineMs: delayMs.optional(),
  fallback: z.enum(['next-batch', 'online', 'none']).default('next-batch'),
  /** What becomes of a batch all of whose jobs the user has cancelled. */
  onCancel: z.enum(['cancel', 'leave']).default('cancel'),
})
export type BatchConfig = z.infer<typeof batchConfigSchema>
