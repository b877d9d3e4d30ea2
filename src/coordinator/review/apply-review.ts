import type { MovieState } from '../../model/movie/movie-state.js'
import type { ArtifactReviewed, ReviewRequested } from '../../model/review/artifact-review.js'

/** A version waits for a person, unless another one has taken its place, or it was judged or pinned before. */
export function requestReview(state: MovieState, { artifactId, hash, timestamp }: ReviewRequested): void {
  const slot = state.slots.artifactSlot(artifactId)
  if (state.artifactHashes.get(slot) !== hash || state.isPinned(slot) || state.reviews.has(slot)) return
  state.reviews.set(slot, { state: 'waiting', at: timestamp })
}

/** What a person has said of a version that is no longer there changes nothing. @returns whether it is there */
export function applyReview(state: MovieState, event: ArtifactReviewed): boolean {
  const { artifactId, hash, verdict, note, by, timestamp } = event
  const slot = state.slots.artifactSlot(artifactId)
  if (state.artifactHashes.get(slot) !== hash) return false
  state.reviews.set(slot, { state: verdict, at: timestamp, ...(note && { note }), ...(by && { by }) })
  return true
}

/** Another version takes the place of one. A rejected one is judged again even if it looks the same; an approval holds for equal content. */
export function forgetReview(state: MovieState, slot: number, newHash: string): void {
  const review = state.reviews.get(slot)
  if (review === undefined) return
  if (review.state === 'rejected' || state.artifactHashes.get(slot) !== newHash) state.reviews.delete(slot)
}

/** Nobody waits for a person who has said that a version stays. */
export function endWaiting(state: MovieState, slot: number): void {
  if (state.reviews.get(slot)?.state === 'waiting') state.reviews.delete(slot)
}
