import type { ArtifactId } from '../id.js'
import type { JsonValue } from '../json.js'

/** What a person has said of a version of an artifact. */
export type ReviewVerdict = 'approved' | 'rejected'

/** How the version of an artifact that is there stands with the people who judge it. */
export interface ArtifactReview {
  /** `waiting`: nobody has judged it yet. */
  readonly state: 'waiting' | ReviewVerdict
  /** ISO 8601, UTC: since when it waits, or when it was judged. */
  readonly at: string
  /** What a person wants changed; an input of the next attempt at a rejected version. */
  readonly note?: string
  /** Who has judged it. */
  readonly by?: string
}

/** A version of an artifact waits for a person: what reads it is not made before somebody has approved it. */
export interface ReviewRequested {
  readonly type: 'review.requested'
  readonly artifactId: ArtifactId
  /** Of the version, as in its `artifact` event. */
  readonly hash: string
  /** ISO 8601, UTC. */
  readonly timestamp: string
}

/** It does not wait any more: the blueprint asks nobody, or its condition no longer holds. */
interface ReviewWithdrawn {
  readonly type: 'review.withdrawn'
  readonly artifactId: ArtifactId
  /** Of the version. */
  readonly hash: string
  /** ISO 8601, UTC. */
  readonly timestamp: string
}

/** Somebody has judged a version of an artifact. It says nothing of a later version with another hash. */
export interface ArtifactReviewed {
  readonly type: 'artifact.reviewed'
  readonly artifactId: ArtifactId
  /** Of the version that was judged. */
  readonly hash: string
  readonly verdict: ReviewVerdict
  /** What a person wants changed. */
  readonly note?: string
  /** Who has judged it. */
  readonly by?: string
  /**
   * Of a version that is rejected, or was before: its value, or what names its bytes in the store. The next attempt is
   * told of it.
   */
  readonly content?: JsonValue
  /** ISO 8601, UTC: when it was recorded. */
  readonly timestamp: string
}

export type ReviewEvent = ReviewRequested | ReviewWithdrawn | ArtifactReviewed
