/**
 * Why an attempt failed. The first four are retried; `rejected` is asked again with the reasons, as often as its check
 * says; the others are not tried again. `cancelled` was the user's wish.
 */
export const JOB_ERROR_CODES = [
  'rate_limited',
  'overloaded',
  'timeout',
  'network',
  'worker_lost',
  'rejected',
  'invalid',
  'auth',
  'content',
  'too_large',
  'bug',
  'cancelled',
] as const
/** One of the codes of a failed attempt; docs/errors.md says what follows from each. */
export type JobErrorCode = (typeof JOB_ERROR_CODES)[number]
