import type { MovieId } from '../../model/id.js'
import type { Store } from '../../storage/store.js'
import { openLoopRows } from './loop-rows.js'
import type { MovieRow, RowsOptions } from './movie-row.js'

/**
 * The elements of a loop in their order, each with what was made from it.
 * @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`; `USAGE_INVALID` for a loop that the last run did not have
 */
export async function* movieRows(
  store: Store,
  movieId: MovieId,
  loop: string | undefined,
  { keys, signal, onlyAccepted }: RowsOptions,
): AsyncGenerator<MovieRow, void, undefined> {
  using rows = await openLoopRows(store, movieId, loop, signal)
  if (rows !== undefined) yield* rows.read({ signal, keys, onlyAccepted })
}
