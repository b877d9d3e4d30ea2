import type { JobError } from '../../../model/movie/event.js'

/** A service that does not answer, for whoever watches a run. */
export interface OutageProgress {
  /** The limiter of the service, by name. */
  readonly service: string
  /** The last failure. */
  readonly error: JobError
  /** Milliseconds since the first failure. */
  readonly forMs: number
  /** Milliseconds until the next call tries; 0: one is trying. */
  readonly nextTryInMs: number
  /** Milliseconds until the run gives the service up. */
  readonly givesUpInMs: number
}
