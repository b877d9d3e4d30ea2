import type { ReviewAnswer, ReviewStatement } from '../../coordinator/transition/decide-review.js'
import type { MovieId } from '../../model/id.js'
import type { CustomStore } from '../../storage/custom/custom-store.js'
import type { Store } from '../../storage/store.js'

/** What a {@link Movie} is made of. */
export interface MovieParts {
  readonly id: MovieId
  /** @throws ShowrunnerError `ENGINE_CLOSED` */
  readonly store: () => Store
  /** Opens another one. */
  readonly openStore: (place: string | CustomStore) => Promise<Store>
  readonly closed: AbortSignal
  /** Its run, when this engine runs it now. */
  readonly running: () => MovieInProgress | undefined
}

/** A movie's run of the same engine. */
export interface MovieInProgress {
  /** Undefined when the run has ended before it recorded them. */
  decide(statements: readonly ReviewStatement[]): Promise<readonly ReviewAnswer[] | undefined>
  /** The run has ended, and given the movie free. */
  readonly ended: Promise<void>
}
