import { readMovie } from '../../coordinator/state/open-movie.js'
import { moveElements } from '../../model/movie/moves/move-elements.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { MovesInList } from '../../plan/identity/moves-in-list.js'
import type { Store } from '../../storage/store.js'
import { followElements } from '../elements/follow-elements.js'
import type { PreparedPlan } from './prepared-plan.js'

/** A movie as a run of a plan would find it, once what is kept for elements has followed them. */
export interface PlannedMovie {
  readonly movie: MovieState
  /** For what waits for lists that jobs make. */
  readonly movesInList: MovesInList | undefined
}

/** Reads the movie of a plan. Writes nothing. */
export async function readPlannedMovie(store: Store, prepared: PreparedPlan): Promise<PlannedMovie> {
  const { movie } = await readMovie(store, prepared.movieId, prepared.plan.createSlots())
  const { moved, movesInList } = await followElements(store, prepared, movie)
  if (moved !== undefined) moveElements(movie, moved)
  return { movie, movesInList }
}
