import type { BlobRef } from '../../model/movie/event.js'
import type { ResultContent } from '../../model/movie/results/past-results.js'
import type { Family } from '../geometry/family.js'
import type { ResolvedJob } from './resolved-job.js'
import type { Verdict } from './verdict.js'

/** A verdict with what carries it out. */
export type Judgement =
  | Exclude<Verdict, { type: 'reuse' }>
  | {
      readonly type: 'reuse'
      /** Of the result, in the order of the family's artifacts. */
      readonly contents: readonly ResultContent[]
      readonly resolved: ResolvedJob
    }

/** Decides, for a job whose dependencies have settled, whether it runs, and why. */
export interface JobJudge {
  judge(family: Family, job: number): Judgement
  /** Large values that must be loaded before this job can be judged and started. */
  unread(family: Family, job: number): readonly BlobRef[]
}

/** Finds results by what they were made from, whichever job they were made for. */
export interface ResultFinder {
  /** The artifacts of one, in the order of the family's; undefined when there is none. */
  find(family: Family, job: number, resolved: ResolvedJob): readonly ResultContent[] | undefined
}
