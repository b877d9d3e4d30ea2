import { MovieBusyError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import { acquireLease, newHolder } from '../../storage/lease/lease.js'
import type { Store } from '../../storage/store.js'

/** The lease that an action holds while it lasts. */
export interface ActionLease {
  readonly holder: string
  /** @throws MovieBusyError when somebody else has taken the movie over, or the signal's reason */
  throwIfLost(): void
}

/** Only a run can wait for a movie, or take it over. */
const busyForAction = ({ movieId, holder, since }: MovieBusyError): MovieBusyError =>
  new MovieBusyError(movieId, holder, since, 'Wait until that run has ended, or stop it, and try again.')

/** Does something to a movie as its only writer. @throws MovieBusyError while a run is in progress */
export async function withLease<Result>(
  store: Store,
  movieId: MovieId,
  act: (lease: ActionLease) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  signal?.throwIfAborted()
  const holder = newHolder()
  let lost: unknown
  const lease = await acquireLease(store, movieId, {
    holder,
    onLost: error => {
      lost = error
    },
  }).catch(error => {
    throw error instanceof MovieBusyError ? busyForAction(error) : error
  })
  try {
    return await act({
      holder,
      throwIfLost() {
        if (lost !== undefined) throw lost
        signal?.throwIfAborted()
      },
    })
  } finally {
    await lease.release()
  }
}
