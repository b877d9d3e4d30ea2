import type { JobId } from '../model/id.js'
import type { Family } from '../plan/family.js'
import type { ResolvedJob } from '../plan/job-resolver.js'
import type { RunReason } from '../plan/verdict.js'

/** A job between dispatch and settlement; it holds its place while it loads, runs or waits to try again. */
export interface ActiveJob {
  readonly job: number
  readonly jobId: JobId
  readonly family: Family
  state: 'loading' | 'running' | 'backoff'
  reason: RunReason
  attempt: number
  /** Failed attempts of this run that count against `retry.attempts`. */
  failures: number
  /** Threads lost under this job in this run. */
  losses: number
  /** Those of them that no other job can have caused. */
  chargedLosses: number
  resolved: ResolvedJob | undefined
}
