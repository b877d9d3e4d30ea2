import type { ArtifactId } from '../../model/id.js'
import type { ArtifactReview } from '../../model/review/artifact-review.js'
import type { ReviewConflict } from './review-decision.js'

/** Why a decision was not recorded, and what to do. */
export function conflictText(
  artifactId: ArtifactId,
  reason: ReviewConflict['reason'],
  review: ArtifactReview | undefined,
): string {
  switch (reason) {
    case 'unknown':
      return `The movie has no artifact "${artifactId.slice(0, 200)}". "showrunner artifacts" lists them.`
    case 'changed':
      return `${artifactId} has changed since: the version that this decision is about is no longer there. Export again, and judge the new one.`
    case 'decided': {
      const by = review?.by === undefined ? '' : ` by ${review.by}`
      return `${artifactId} was ${review?.state}${by} at ${review?.at}. To replace that decision, set replace (--replace).`
    }
    case 'disagree':
      return `${artifactId} is decided on twice, in different ways, and neither was recorded. Agree on one, remove the other, and apply again.`
  }
}
