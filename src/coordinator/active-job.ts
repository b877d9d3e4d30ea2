import type { JobId } from '../model/id.js'
import type { Family } from '../plan/family.js'
import type { ResolvedJob } from '../plan/job-resolver.js'
import type { RunReason } from '../plan/verdict.js'
import type { Permit } from './admission/run-admission.js'

/** A job between dispatch and settlement; it holds its place in the run while it loads, runs or waits. */
export interface ActiveJob {
  readonly job: number
  readonly jobId: JobId
  readonly family: Family
  /** `held`: everything is there, and its provider takes no more for now. */
  state: 'loading' | 'held' | 'running' | 'backoff'
  reason: RunReason
  attempt: number
  /** What it holds at its provider; there while it is running. */
  permit: Permit | undefined
  /** Failed attempts of this run that count against `retry.attempts`. */
  failures: number
  /** Attempts of this run that were refused as too many. */
  refusals: number
  /** Threads lost under this job in this run. */
  losses: number
  /** Those of them that no other job can have caused. */
  chargedLosses: number
  resolved: ResolvedJob | undefined
}
