import type { JobErrorCode } from '../../model/error/job-error-code.js'
import type { JobFailed } from '../../model/movie/event.js'

/**
 * Errors after which the provider's own job may still be running, or be done and paid for, so its checkpoint is
 * kept. A key that was refused says nothing about the job: it goes on, and a better key finds it. Nor does an
 * error in the provider's code, which is fixed before the next run.
 */
const RESUMABLE = new Set<JobErrorCode>([
  'rate_limited',
  'overloaded',
  'timeout',
  'network',
  'auth',
  'bug',
  'worker_lost',
  'cancelled',
])

/** Whether the next attempt goes on with what this failed one has recorded. */
export const keepsCheckpoint = ({ error, isOfStore }: Pick<JobFailed, 'error' | 'isOfStore'>): boolean =>
  RESUMABLE.has(error.code) || isOfStore === true
