import type { JobId } from '../../model/id.js'
import type { JobOutcome, JobSettled } from '../../model/job.js'
import type { Family } from '../../plan/geometry/family.js'
import type { RunReason } from '../../plan/up-to-date/planned-action.js'
import type { ResolvedJob } from '../../plan/up-to-date/resolved-job.js'
import type { AttemptPermit } from '../limits/attempt-permit.js'
import type { Charge } from '../limits/budget/charge.js'
import type { Call } from '../limits/health/call.js'

export type SettledFailure = JobSettled & { readonly outcome: Extract<JobOutcome, { state: 'failed' }> }

/** An attempt that has failed. */
export interface FailedAttempt {
  readonly settled: SettledFailure
  /** On the run's clock. */
  readonly atMs: number
  /** What the attempt has cost, as far as is known. */
  readonly charge: Charge
}

/** A job from its start to its settlement. It holds a place in the run while it loads, runs or waits; not while parked. */
export interface ActiveJob {
  readonly job: number
  readonly jobId: JobId
  readonly family: Family
  /**
   * `loading`: large values that it reads are on their way. `held`: it could start, but its provider takes no more for
   * now. `backoff`: it waits for its next attempt. `parked`: its last attempt failed, and nobody knows yet whether the
   * job or the service is to blame.
   */
  state: 'loading' | 'held' | 'running' | 'backoff' | 'parked'
  reason: RunReason
  attempt: number
  /** Who answers it: a number of the plan's targets. */
  target: number
  /** Place of the first target of its family that it may still be sent to. */
  from: number
  /** What the attempt holds at its provider; defined while it is running. */
  permit: AttemptPermit | undefined
  /** Failed attempts of this run at its target that count against `retry.attempts`, unless they fell into an outage. */
  failures: number
  /** When failures came that may have been the service's fault. */
  faultsAtMs: number[] | undefined
  /** The last call of its service that has ended. */
  call: Call | undefined
  /** While in `backoff`: when the next attempt is due. */
  retryAtMs: number
  /** While `parked`: the failure. */
  failure: FailedAttempt | undefined
  /** When it was first refused because of too many requests. */
  refusedAtMs: number | undefined
  /** Attempts of this run that were refused because of too many requests. */
  refusals: number
  /** Answers of this run that its check has rejected. */
  rejections: number
  /** Threads that this job lost in this run. */
  losses: number
  /** Those of them of which it is the sole suspect. */
  suspectLosses: number
  resolved: ResolvedJob | undefined
}
