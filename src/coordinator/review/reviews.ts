import type { BlobRef } from '../../model/movie/event.js'
import type { Family } from '../../plan/geometry/family.js'

/** What the review of a job that has settled leads to. */
export type ReviewStep =
  /** Nothing yet, or nothing new. */
  | { readonly type: 'none' }
  /** Its condition reads these values. */
  | { readonly type: 'load'; readonly blobs: readonly BlobRef[] }
  /** Artifacts that wait for a person from now on, or no longer do, by slot. */
  | { readonly type: 'ask'; readonly requested: readonly number[]; readonly withdrawn: readonly number[] }

/** What a run knows of its reviews: which are open, and who waits for them. */
export interface Reviews {
  /** Another turn finds something to do without any message. */
  readonly hasDue: boolean
  /** Something is on its way that reviews wait for. */
  readonly isLoading: boolean
  /** A job has settled: its review begins, and those go on that read it. */
  settled(family: Family, job: number): void
  /** Somebody has decided about an artifact. */
  decided(slot: number): void
  /** @returns true when the values were of a review, which goes on */
  loaded(job: number, isUnreadable?: boolean): boolean
  takeDue(): readonly number[]
  takeFreed(): readonly number[]
  /** Looks at the review of a job that has settled. */
  examine(job: number): ReviewStep
  /** Whether a job waits for a review; then it is noted, and comes back once that is open. */
  holds(family: Family, job: number): boolean
}
