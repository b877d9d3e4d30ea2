import { readMovie, requireMovie } from '../../coordinator/state/open-movie.js'
import type { MovieId } from '../../model/id.js'
import type { ValueMemory } from '../../model/movie/column/value-columns.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { MapSlots } from '../../model/movie/slots.js'
import { untilAborted } from '../../model/until-aborted.js'
import type { Store } from '../../storage/store.js'
import { type MovieLayout, readLayout } from '../movie/movie-layout.js'

/** A movie as it is recorded, with what its last run was to make. */
export interface ReviewState {
  readonly movie: MovieState
  /** Undefined when the record of the last run is missing. */
  readonly layout: MovieLayout | undefined
}

/** @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`, `MANIFEST_CORRUPT` */
export async function readReviewState(
  store: Store,
  movieId: MovieId,
  memory: ValueMemory,
  signal: AbortSignal | undefined,
): Promise<ReviewState> {
  await requireMovie(store, movieId)
  const { movie } = await untilAborted(readMovie(store, movieId, new MapSlots(), memory), signal)
  const runId = movie.lastRun?.runId
  return { movie, layout: runId && (await readLayout(store, movieId, runId)) }
}

/** Slots of the artifacts that were judged or wait for it, in the order of the plan; those that are in no list any more are left out. */
export function reviewedSlots({ movie, layout }: ReviewState): readonly number[] {
  const slots = [...movie.reviews.keys()]
  if (layout === undefined) return slots.sort((a, b) => a - b)
  const placed = slots.flatMap(slot => {
    const place = layout.slotOf(movie.slots.artifactIdAt(slot))
    return place === undefined ? [] : [[place, slot] as const]
  })
  return placed.sort(([a], [b]) => a - b).map(([, slot]) => slot)
}
