/** What a lane knows of the limiter that it is a part of. */
export interface OuterLimit {
  /** Refusals of the lane are its own. */
  isOfLane(): boolean
  /** It takes nothing now, as far as is known. */
  isClosed(): boolean
}
