import type { JobId } from '../../model/id.js'
import type { Family } from '../../plan/geometry/family.js'
import type { ResolvedJob } from '../../plan/up-to-date/job-resolver.js'
import type { RunReason } from '../../plan/up-to-date/verdict.js'
import type { AttemptPermit } from '../limits/attempt-permit.js'
import type { Call } from '../limits/health/call.js'
import type { Failure } from './failure.js'

/** A job between dispatch and settlement; it holds its place in the run while it loads, runs or waits. */
export interface ActiveJob {
  readonly job: number
  readonly jobId: JobId
  readonly family: Family
  /** `held`: everything is there, and its provider takes no more for now. */
  /** `parked`: its last attempt has failed, and nobody knows yet whether that was its own fault. */
  state: 'loading' | 'held' | 'running' | 'backoff' | 'parked'
  reason: RunReason
  attempt: number
  /** What it holds at its provider; there while it is running. */
  permit: AttemptPermit | undefined
  /** Failed attempts of this run that count against `retry.attempts`, unless they fell into an outage. */
  failures: number
  /** When those came that may have been the service's fault. */
  faultsAtMs: number[] | undefined
  /** Its call of a service that ended last. */
  call: Call | undefined
  /** While it is in `backoff`: when its next attempt is due. */
  retryAtMs: number
  /** The failure that it is `parked` with. */
  failure: Failure | undefined
  /** When it was refused first as one of too many. */
  refusedAtMs: number | undefined
  /** Attempts of this run that were refused as too many. */
  refusals: number
  /** Threads lost under this job in this run. */
  losses: number
  /** Those of them that no other job can have caused. */
  chargedLosses: number
  resolved: ResolvedJob | undefined
}
