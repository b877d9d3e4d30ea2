import type { ReviewConflictReason } from '../../coordinator/transition/decide-review.js'
import type { ArtifactId } from '../../model/id.js'
import type { ArtifactReview } from '../../model/review/artifact-review.js'
import type { ArtifactAddress } from '../movie/artifact-address.js'
import type { SignalOptions } from '../signal/signal-options.js'
import type { EditedContent } from './edited-version.js'

/** The artifact that a decision is about, and which version of it. */
interface DecisionSubject {
  /** Its id, with or without `Producer:`, or its parts. */
  readonly artifact: string | ArtifactAddress
  /** Of the version that was judged, as `movie.reviews()` gives it. @default the version that is there */
  readonly hash?: string | undefined
  /** What a person has to say of it. The note of a rejection is an input of the next attempt. */
  readonly note?: string | undefined
  /** Who has decided. @default `by` of the call */
  readonly by?: string | undefined
}

/** A person's decision on one version of an artifact. */
export type ReviewDecision = DecisionSubject &
  (
    | {
        /** `approve`: what reads it may be made. `reject`: it is made again, by the next run. */
        readonly decision: 'approve' | 'reject'
      }
    | {
        /** Approves a version of one's own in its place, which is pinned, as `movie.edit()` does. */
        readonly decision: 'edit'
        /** The version: bytes for a MIME type, a value of its kind otherwise. */
        readonly content: EditedContent
      }
  )

/** Of `movie.review()`. */
export interface ReviewOptions extends SignalOptions {
  /** Who decides. @default the user of this process */
  readonly by?: string | undefined
  /** Counts in place of what was decided before about the same versions. @default false: that is a conflict */
  readonly replace?: boolean | undefined
  /** How long to wait for a run of another process to end, in milliseconds. @default 0 */
  readonly waitMs?: number | undefined
}

/** A decision that was not recorded. */
export interface ReviewConflict {
  /** The decision's place in the list, from 0. */
  readonly index: number
  /** The artifact that has another version now. */
  readonly artifactId: ArtifactId
  /**
   * `unknown`: there is no such artifact; `changed`: another version is there now; `decided`: somebody has decided
   * otherwise about this version; `disagree`: so does another decision of the same call, and neither is recorded.
   */
  readonly reason: ReviewConflictReason | 'disagree'
  /** What happened, and what to do. */
  readonly message: string
  /** Of the version that is there now. */
  readonly hash?: string
  /** What was decided about that version, or that it waits. */
  readonly review?: ArtifactReview
  /** Of `disagree`: the place of the other decision. */
  readonly otherIndex?: number
}

/** What has become of decisions. */
export interface ReviewOutcome {
  /** Decisions that were recorded now. */
  readonly recorded: number
  /** Decisions that had been recorded before. */
  readonly unchanged: number
  /** Decisions that were not recorded; all others were. */
  readonly conflicts: readonly ReviewConflict[]
  /** Artifacts that still wait for a person. */
  readonly waiting: number
  /** Artifacts that were rejected, and not made again yet. */
  readonly rejected: number
}
