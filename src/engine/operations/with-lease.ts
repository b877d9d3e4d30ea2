import { MovieBusyError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import { acquireLease, newHolder } from '../../storage/lease/lease.js'
import type { Store } from '../../storage/store.js'
import type { SignalOptions } from '../signal/signal-options.js'

/** The lease that an action holds while it lasts. */
export interface ActionLease {
  readonly holder: string
  /** @throws MovieBusyError when somebody else has taken the movie over, or the signal's reason */
  throwIfLost(): void
}

/** Only a run can take a movie over. */
const WAY_OUT = 'Wait until that run has ended, or stop it, and try again.'

export interface ActionOptions extends SignalOptions {
  /** How long to wait for a run to end, in milliseconds. @default 0 */
  readonly waitMs?: number | undefined
  /** What to do while a run is in progress, for people to read. */
  readonly wayOut?: string | undefined
}

/** Does something to a movie as its only writer. @throws MovieBusyError while a run is in progress */
export async function withLease<Result>(
  store: Store,
  movieId: MovieId,
  act: (lease: ActionLease) => Promise<Result>,
  { signal, waitMs, wayOut = WAY_OUT }: ActionOptions = {},
): Promise<Result> {
  signal?.throwIfAborted()
  const holder = newHolder()
  let lost: unknown
  const lease = await acquireLease(store, movieId, {
    holder,
    onLost: error => {
      lost = error
    },
    ...(waitMs !== undefined && { waitMs }),
    ...(signal && { signal }),
  }).catch(error => {
    if (!(error instanceof MovieBusyError)) throw error
    throw new MovieBusyError(error.movieId, error.holder, error.since, wayOut)
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
