import { evolve } from '../../coordinator/state/evolve.js'
import { openMovie, readMovie } from '../../coordinator/state/open-movie.js'
import type { ArtifactId, MovieId } from '../../model/id.js'
import type { ArtifactRemoved } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { MapSlots } from '../../model/movie/slots.js'
import type { Store } from '../../storage/store.js'
import { saveManifest } from '../run/end/save-manifest.js'
import { readRunShape } from '../run-shape/read-run-shape.js'

/** Events in one append. */
const BATCH_COUNT = 1_000

/** Artifacts that the last run had no place for, but for those that the user has pinned, edited or given back. */
export async function goneArtifacts(store: Store, movieId: MovieId): Promise<readonly ArtifactId[]> {
  const { movie } = await readMovie(store, movieId, new MapSlots(), 'none')
  return await goneIn(store, movieId, movie)
}

/** Removes them: the log says so, and the manifest has them no more. To be called with the movie's lease. */
export async function removeGone(
  store: Store,
  movieId: MovieId,
  holder: string,
): Promise<readonly ArtifactId[]> {
  const opened = await openMovie(store, movieId, new MapSlots(), holder)
  try {
    const gone = await goneIn(store, movieId, opened.movie)
    if (gone.length === 0) return gone
    const timestamp = new Date().toISOString()
    for (let at = 0; at < gone.length; at += BATCH_COUNT) {
      const events = gone
        .slice(at, at + BATCH_COUNT)
        .map((artifactId): ArtifactRemoved => ({ type: 'artifact.removed', artifactId, timestamp }))
      await opened.writer.append(events)
      for (const event of events) evolve(opened.movie, event)
    }
    await saveManifest(store, movieId, timestamp, opened)
    return gone
  } finally {
    await opened.writer.close()
  }
}

async function goneIn(store: Store, movieId: MovieId, movie: MovieState): Promise<readonly ArtifactId[]> {
  const shape = await readRunShape(store, movieId, movie.lastRun?.runId)
  const gone: ArtifactId[] = []
  if (shape === undefined) return gone
  for (const { artifactId, override } of movie.artifacts())
    if (override === undefined && shape.isGone(artifactId)) gone.push(artifactId)
  return gone
}
