import { z } from 'zod'
import type { JobErrorCode } from '../model/error/job-error-code.js'

/** What the next provider is asked after: codes of failed jobs, and `refused`. */
const FALLBACK_REASONS = [
  'overloaded',
  'rate_limited',
  'timeout',
  'network',
  'refused',
  'auth',
  'content',
  'too_large',
  'invalid',
  'rejected',
  'bug',
] as const satisfies readonly (JobErrorCode | 'refused')[]

/**
 * An error code of failed jobs, or `refused`: the key, the credit, the model or a setting is refused, as it would be
 * for every job.
 */
export type FallbackReason = (typeof FALLBACK_REASONS)[number]

export const DEFAULT_FALLBACK: readonly FallbackReason[] = [
  'overloaded',
  'rate_limited',
  'timeout',
  'network',
  'refused',
]

export const fallbackSchema = z.strictObject({
  /** Failures after which the next provider or model is asked. */
  on: z
    .array(z.enum(FALLBACK_REASONS))
    .min(1)
    .describe(`Failures after which the next one is asked. Default: ${DEFAULT_FALLBACK.join(', ')}.`),
})
