import type { ArtifactReview } from './artifact-review.js'

/** What people have said of a movie's artifacts, by slot, each of the version that is there. Few are judged. */
export class ArtifactReviews extends Map<number, ArtifactReview> {
  #waitingCount = 0

  /** Artifacts that wait for a person. */
  get waitingCount(): number {
    return this.#waitingCount
  }

  override set(slot: number, review: ArtifactReview): this {
    this.delete(slot)
    if (review.state === 'waiting') this.#waitingCount++
    return super.set(slot, review)
  }

  override delete(slot: number): boolean {
    if (this.get(slot)?.state === 'waiting') this.#waitingCount--
    return super.delete(slot)
  }

  /** A person wants it made again. */
  isRejected(slot: number): boolean {
    return this.size > 0 && this.get(slot)?.state === 'rejected'
  }
}
