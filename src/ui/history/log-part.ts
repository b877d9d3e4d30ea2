import type { LoggedEvent } from '../../model/movie/event.js'
import type { LogPosition } from '../../model/movie/log-position.js'

/** A part of the log, and the position after it. */
export interface LogPart {
  readonly events: readonly LoggedEvent[]
  readonly position: LogPosition
}
