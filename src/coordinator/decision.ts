import type { MovieEvent } from '../model/movie/event.js'
import type { Effect } from './effect.js'
import type { Failure } from './state/failure.js'

/** Clock and randomness of one turn of the loop, handed in. */
export interface Moment {
  readonly timestamp: string
  /** In [0, 1). */
  random(): number
}

export interface Decision {
  readonly events: readonly MovieEvent[]
  readonly effects: readonly Effect[]
  /** The attempt's failure waits for evidence whose fault it was. */
  readonly parks?: Failure
  /** The job leaves the run as it is. */
  readonly isReleased?: boolean
}
