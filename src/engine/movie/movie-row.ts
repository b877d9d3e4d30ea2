import type { JobId } from '../../model/id.js'
import type { JobError, SkipReason } from '../../model/movie/event.js'
import type { ArtifactReview } from '../../model/review/artifact-review.js'
import type { ElementKey } from '../outputs/job-outputs.js'
import type { RejectedAnswer } from '../outputs/rejected-answer.js'

/**
 * How a job stands: `open`, not made yet; `submitted`, waiting at its provider; `retrying`, failed and to be tried again.
 */
export type JobStatus = 'open' | 'submitted' | 'retrying' | 'succeeded' | 'failed' | 'skipped'

/** A job of a row, whether it has made something or not. */
export interface RowJob {
  /** The producer's name. */
  readonly producer: string
  /** Its id, `Producer:Picture[3]`. */
  readonly jobId: JobId
  /** Who has answered it; the provider that the last run asks first, where there is only one or nobody has. */
  readonly provider: string
  /** Likewise; absent when it names none. */
  readonly model?: string
  /** How far it is. */
  readonly status: JobStatus
  /** Of all its attempts, in US dollars. */
  readonly costUsd: number
  /** Of its last attempt, when that failed. */
  readonly error?: JobError
  /** Why it was skipped. */
  readonly reason?: SkipReason
  /** The last answer that a check, or the provider itself, has rejected, as long as none is accepted. */
  readonly rejected?: RejectedAnswer
  /** How what it has made stands with the people who judge it: `rejected` when one artifact is; absent: nobody judges it. */
  readonly review?: ArtifactReview['state']
}

/** What is known of one element of a loop, and of the jobs that are made from it. */
export interface RowFacts {
  /** Names the element in its loop. */
  readonly key: ElementKey
  /** Names the elements of the loops around it, outermost first, where there is a list for each; absent: one list. */
  readonly parents?: readonly ElementKey[]
  /** As the record of the last run has it, with secrets masked, or as a job has made it; undefined in a loop that only counts. */
  readonly element: unknown
  /** In a loop with `until`: whether it is one of those that count. */
  readonly accepted?: boolean
  /** `failed` when a job has failed, `open` when one is not settled, `skipped` when all were skipped. */
  readonly status: 'succeeded' | 'failed' | 'skipped' | 'open'
  /** Of all attempts at its jobs, in US dollars. */
  readonly costUsd: number
  /** The jobs that are made from it. */
  readonly jobs: readonly RowJob[]
}

/**
 * One element of a loop with everything that was made from it: a property for each producer in the loop with its
 * outputs; undefined as long as they are not there. One that is in further loops has a list, nested as they are.
 */
export interface MovieRow extends RowFacts {
  readonly [producer: string]: unknown
}

/** Of `movie.rows()`. */
export interface RowsOptions {
  /** Aborting it ends the reading, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Only the elements with these keys, or positions where the loop has no key, in each of its lists. @default all */
  readonly keys?: readonly ElementKey[] | undefined
  /** Of a loop with `until`, only the elements that are accepted. @default false */
  readonly onlyAccepted?: boolean | undefined
}
