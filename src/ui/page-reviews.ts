import type { OutputData } from './page-jobs.js'

/** What the server tells the page of what people judge. Times are milliseconds since 1970. */

export type JudgedState = 'waiting' | 'approved' | 'rejected'

/** A version of an artifact that waits for a person, or that somebody has judged. */
export interface ReviewData {
  /** Its id, without `Producer:`. */
  readonly artifact: string
  readonly job: number
  /** Of the version: a decision is about this one. */
  readonly hash: string
  readonly state: JudgedState
  readonly atMs: number
  readonly note?: string
  readonly by?: string
  /** The elements that it was made for, field by field. */
  readonly caption: readonly { readonly name: string; readonly text: string }[]
  /** Absent when it is gone. */
  readonly output?: OutputData
}

export interface ReviewsPage {
  /** Of the state that was asked for. */
  readonly count: number
  readonly offset: number
  readonly items: readonly ReviewData[]
}

/** What became of decisions. */
export interface ReviewOutcomeData {
  readonly recorded: number
  readonly conflicts: readonly { readonly artifactId: string; readonly message: string }[]
  readonly waiting: number
  readonly rejected: number
}
