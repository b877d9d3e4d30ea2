import type { JobId } from '../../model/id.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { ResultContent } from '../../model/movie/results/past-results.js'
import type { Family } from '../geometry/family.js'
import type { PlannedAction } from './planned-action.js'
import type { ResolvedJob } from './resolved-job.js'

/** A planned action, with what carries it out. */
export type JobAction =
  | Exclude<PlannedAction, { type: 'reuse' }>
  | {
      readonly type: 'reuse'
      readonly resolved: ResolvedJob
      /** Absent: it is the job's own. */
      readonly of?: ResultOwner
      /** Of the result, in the order of the family's artifacts. */
      readonly contents: readonly ResultContent[]
    }

/** Whose result it is that a job takes. */
export interface ResultOwner {
  /** It has the result, or had it. */
  readonly jobId: JobId
  /** Its number, where it still has it. */
  readonly job: number | undefined
}

/** A result that was found. */
export interface FoundResult {
  /** Its artifacts, in the order of those of the family that has asked. */
  readonly contents: readonly ResultContent[]
  readonly of: ResultOwner
}

/** Decides, for a job whose dependencies have settled, whether it runs, and why. */
export interface JobJudge {
  judge(family: Family, job: number): JobAction
  /** Large values that must be loaded before this job can be judged and started. */
  unread(family: Family, job: number): readonly BlobRef[]
}

/** Finds results by what they were made from, whichever job they were made for. */
export interface ResultFinder {
  /** Undefined when there is none. */
  find(family: Family, job: number, resolved: ResolvedJob): FoundResult | undefined
  /** A job has taken a result: it may be found there from now on. */
  took(job: number): void
}
