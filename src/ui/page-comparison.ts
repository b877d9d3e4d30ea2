import type { JobData } from './page-jobs.js'

/** What the server tells the page of two moments. Times are milliseconds since 1970, amounts US dollars. */

/** What differs between two moments: some of the jobs, and how all of them differ. */
export interface ComparisonData {
  readonly from: number
  readonly to: number
  readonly fromMs?: number
  readonly toMs?: number
  readonly counts: Readonly<Record<ComparedChange, number>>
  readonly costUsd: number
  /** Jobs that differ. */
  readonly count: number
  readonly offset: number
  readonly jobs: readonly ComparedJob[]
}

/**
 * `made`: it had no result; `regenerated`: it has another one; `lost`: it has none any more; `byHand`: edited, pinned or
 * given back; `other`: it failed, waits or was skipped.
 */
export type ComparedChange = 'made' | 'regenerated' | 'lost' | 'byHand' | 'other'

/** A job at two moments; absent: it was not there. */
export interface ComparedJob {
  readonly job: number
  readonly id: string
  readonly change: ComparedChange
  readonly before?: JobData
  readonly after: JobData
}
