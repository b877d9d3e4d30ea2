import type { JobOutcome, JobSettled } from '../../model/job.js'
import type { Charge } from '../limits/budget/attempt-cost.js'

export type SettledFailure = JobSettled & { readonly outcome: Extract<JobOutcome, { state: 'failed' }> }

/** An attempt that has failed. */
export interface FailedAttempt {
  readonly settled: SettledFailure
  /** On the run's clock. */
  readonly atMs: number
  /** What the attempt has cost, as far as is known. */
  readonly charge: Charge
}
