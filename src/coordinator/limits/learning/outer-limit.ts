/** What an inner limiter knows of the one that it is part of. */
export interface OuterLimit {
  /** Refusals of the inner limiter are its own. */
  isOfInner(): boolean
  /** It takes nothing now, as far as is known. */
  isClosed(): boolean
}
