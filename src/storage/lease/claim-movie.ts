import type { MovieId } from '../../model/id.js'
import type { Store } from '../store.js'
import { acquireLease, type Lease, type LeaseOptions } from './lease.js'

/** A cancel ends the waiting: the movie is free now, or it is busy. */
export async function claimMovie(
  store: Store,
  movieId: MovieId,
  options: Pick<LeaseOptions, 'holder' | 'onLost' | 'takeover'>,
  waitMs: number | undefined,
  cancelled: AbortSignal,
): Promise<Lease> {
  if (waitMs === undefined) return acquireLease(store, movieId, options)
  try {
    return await acquireLease(store, movieId, { ...options, waitMs, signal: cancelled })
  } catch (error) {
    if (!cancelled.aborted) throw error
    return acquireLease(store, movieId, options)
  }
}
