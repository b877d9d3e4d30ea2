import type { MovieId, RunId } from '../../model/id.js'
import type { Store } from '../../storage/store.js'
import { readLayout } from '../movie/movie-layout.js'
import { RunShape } from './run-shape.js'

/** What a run was to make, by its record; undefined when that is missing or cannot be read. */
export async function readRunShape(
  store: Store,
  movie: MovieId,
  run: RunId | undefined,
): Promise<RunShape | undefined> {
  const layout = run && (await readLayout(store, movie, run))
  return layout && new RunShape(layout.geometry, layout.loops)
}
