import type { RunId } from '../../model/id.js'

/**
 * A moment of a movie's log: the number of an event, just after which it is (0: before the first one); a date, or an
 * ISO 8601 text of one; or the id of a run: as the beginning of something the moment before it started, as the end of
 * something the moment after it ended.
 */
export type LogMoment = number | string | Date

/** A moment that was found in a log. */
export interface MomentFound {
  /** The number of the last event before it; 0: none. */
  readonly seq: number
  /** When that event was recorded, ISO 8601, UTC; absent before the first one. */
  readonly at?: string
  /** The last run that had started; absent before the first one. */
  readonly runId?: RunId
}
