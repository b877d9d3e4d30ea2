import { z } from 'zod'
import { TIMER_LIMIT_MS } from '../../../model/clock.js'

const delayMs = z.number().min(1).max(TIMER_LIMIT_MS)

/** What the providers of batch APIs have in common in their configs. */
export const batchFields = {
  /** A batch is sent when no further job has come for so long, and at the latest after ten times that. */
  gatherMs: delayMs.default(5_000),
  pollMs: delayMs.default(30_000),
  /** Ends a batch that is so old; what it has not answered goes the way of `fallback`. */
  deadlineMs: delayMs.optional(),
  fallback: z.enum(['next-batch', 'online', 'none']).default('next-batch'),
  /** What becomes of a batch all of whose jobs the user has cancelled. */
  onCancel: z.enum(['cancel', 'leave']).default('cancel'),
}

/** The config of batches, after {@link batchFields}, with the limits of one batch. */
export type BatchSettings = z.infer<z.ZodObject<typeof batchFields>> & {
  readonly maxRequests: number
  readonly maxBytes: number
}
