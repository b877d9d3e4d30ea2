import type { ArtifactId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import type { BlobRef, MovieEvent } from '../../model/movie/event.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { ArtifactReview, ArtifactReviewed, ReviewVerdict } from '../../model/review/artifact-review.js'

/** A person's decision on one version of an artifact, with everything that has to be known to record it. */
export interface ReviewStatement {
  readonly artifactId: ArtifactId
  /** Of the version that was judged; absent: the one that is there. */
  readonly hash?: string | undefined
  readonly verdict: ReviewVerdict
  /** What is to become different. */
  readonly note?: string | undefined
  readonly by?: string | undefined
  /** A version of the person's own, which is approved; its bytes are stored. */
  readonly version?:
    | { readonly value?: JsonValue; readonly blob?: BlobRef; readonly hash: string }
    | undefined
  /** Counts in place of what somebody has decided before about this version. */
  readonly replaces?: boolean | undefined
}

/**
 * Why a decision cannot be recorded. `unknown`: there is no such artifact; `changed`: another version is there now;
 * `decided`: somebody has decided otherwise about this version.
 */
export type ReviewConflictReason = 'unknown' | 'changed' | 'decided'

/** What becomes of a decision. */
export type ReviewAnswer =
  | { readonly type: 'recorded' }
  /** It was recorded before. */
  | { readonly type: 'unchanged' }
  | {
      readonly type: 'conflict'
      readonly reason: ReviewConflictReason
      /** Of the version that is there now. */
      readonly hash?: string
      /** What was decided about it, or that it waits. */
      readonly review?: ArtifactReview
    }

/** What a decision leads to; the events, when there are any, are to be recorded together. Pure. */
export interface DecidedReview {
  readonly answer: ReviewAnswer
  readonly events: readonly MovieEvent[]
}

const UNCHANGED: DecidedReview = { answer: { type: 'unchanged' }, events: [] }

export function decideReview(
  movie: MovieState,
  statement: ReviewStatement,
  timestamp: string,
): DecidedReview {
  const slot = movie.slots.knownArtifact(statement.artifactId)
  const current = slot === -1 ? undefined : movie.artifact(slot)
  if (current === undefined) return conflict('unknown', undefined)
  if (isKnown(current, statement)) return UNCHANGED
  if (statement.hash !== undefined && statement.hash !== current.hash) return conflict('changed', current)
  const { review } = current
  const isOther = review !== undefined && review.state !== 'waiting' && review.state !== statement.verdict
  if (isOther && !statement.replaces) return conflict('decided', current)
  return { answer: { type: 'recorded' }, events: eventsOf(current, statement, timestamp) }
}

function conflict(reason: ReviewConflictReason, current: ArtifactRecord | undefined): DecidedReview {
  const { hash, review } = current ?? {}
  const facts = { ...(hash !== undefined && { hash }), ...(review && { review }) }
  return { answer: { type: 'conflict', reason, ...facts }, events: [] }
}

/** The same has been recorded. Of notes, each line counts once, whoever has written it. */
function isKnown({ hash, review }: ArtifactRecord, statement: ReviewStatement): boolean {
  const { verdict, version, note, replaces } = statement
  if (review?.state !== verdict) return false
  if (version !== undefined) return version.hash === hash
  if (statement.hash !== undefined && statement.hash !== hash) return false
  if (note === undefined) return true
  return replaces
    ? review.note === note
    : review.note !== undefined && joined(review.note, note) === review.note
}

function eventsOf(current: ArtifactRecord, statement: ReviewStatement, timestamp: string): MovieEvent[] {
  const { artifactId, override, review } = current
  const { verdict, version, note, by, replaces } = statement
  const before = review?.state === verdict && !replaces ? review.note : undefined
  const notes = before !== undefined && note !== undefined ? joined(before, note) : (note ?? before)
  const judged: ArtifactReviewed = {
    type: 'artifact.reviewed',
    artifactId,
    hash: version?.hash ?? current.hash,
    verdict,
    ...(notes && { note: notes }),
    ...(by && { by }),
    ...((verdict === 'rejected' || review?.state === 'rejected') && { content: contentOf(current) }),
    timestamp,
  }
  if (version !== undefined)
    return [
      { type: 'artifact', artifactId, ...version, timestamp },
      { type: 'artifact.pinned', artifactId, isEdited: true, timestamp },
      judged,
    ]
  // A job makes nothing in the place of what a user keeps.
  const isKept = override === 'pinned' || override === 'edited'
  if (verdict === 'rejected' && isKept) return [{ type: 'artifact.unpinned', artifactId, timestamp }, judged]
  return [judged]
}

const contentOf = ({ blob, value }: ArtifactRecord): JsonValue => (blob ? { ...blob } : (value ?? null))

/** Several people may have something to say. */
function joined(before: string, note: string): string {
  const lines = before.split('\n')
  return [...lines, ...note.split('\n').filter(line => !lines.includes(line))].join('\n')
}
