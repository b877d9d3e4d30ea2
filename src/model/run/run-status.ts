/**
 * Why a run stopped before all was made. `outage`: a service did not answer for longer than the run was to wait;
 * `refused`: one refused the same way whatever it was asked.
 */
export type StopReason = 'budget' | 'fail_fast' | 'failures' | 'outage' | 'refused'

/**
 * How a run ended. `waiting`: all is made that can be before people have judged what they are to judge; `stopped`: by a
 * budget, `failFast` or a service; see {@link StopReason}.
 */
export type RunStatus = 'succeeded' | 'failed' | 'waiting' | 'cancelled' | 'stopped'

/** Jobs by how they ended in a run. */
export interface RunCounts {
  /** Made in this run. */
  readonly succeeded: number
  /** Failed for good in this run. */
  readonly failed: number
  /** Not run: a condition was false, or a job that they need has no result. */
  readonly skipped: number
  /** Up to date before the run. */
  readonly cached: number
  /** Of a run that ended early: jobs that it has not settled; absent when there are none. */
  readonly open?: number
}
