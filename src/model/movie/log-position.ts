/** Where a reader stands in a log. `offset` is opaque to everyone but the log (bytes, or a segment number). */
export interface LogPosition {
  /** Events before this position. */
  readonly seq: number
  /** Opaque: bytes, or the number of a segment. */
  readonly offset: number
  /** Highest writer token seen so far. */
  readonly token: number
}

export const LOG_START: LogPosition = { seq: 0, offset: 0, token: 0 }
