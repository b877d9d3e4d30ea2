import type { ArtifactReview } from './artifact-review.js'

/** What people have said of a movie's artifacts, by slot, each of the version that is there. Few are judged. */
export class ArtifactReviews extends Map<number, ArtifactReview> {
  /** A person wants it made again. */
  isRejected(slot: number): boolean {
    return this.size > 0 && this.get(slot)?.state === 'rejected'
  }
}
