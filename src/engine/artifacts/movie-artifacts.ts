import { readMovie, requireMovie } from '../../coordinator/state/open-movie.js'
import { jobOf, type MovieId } from '../../model/id.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { MapSlots } from '../../model/movie/slots.js'
import type { ProviderModel } from '../../model/run/provider-model.js'
import { untilAborted } from '../../model/until-aborted.js'
import type { Store } from '../../storage/store.js'
import type { ArtifactsOptions } from '../config/requests.js'
import type { OutputBlob } from '../outputs/output-blob.js'
import { readRunShape } from '../run-shape/read-run-shape.js'
import { artifactFilter } from './artifact-filter.js'

/** An artifact as it is now. */
export interface MovieArtifact extends Omit<ArtifactRecord, 'blob'> {
  /** A handle of its bytes; absent where there is a `value`. */
  readonly blob?: OutputBlob
  /** Who has made it, where several may answer its job; absent for a user's own version. */
  readonly by?: ProviderModel
  /** The last run had no place for it any more: its row, loop or output is gone. */
  readonly isGone?: true
}

/** Artifacts that exist now. @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`, `MANIFEST_CORRUPT` */
export async function* movieArtifacts(
  store: Store,
  movieId: MovieId,
  { ids, signal }: ArtifactsOptions = {},
): AsyncIterable<ArtifactRecord & Pick<MovieArtifact, 'by' | 'isGone'>> {
  await requireMovie(store, movieId)
  const { movie } = await untilAborted(readMovie(store, movieId, new MapSlots(), 'packed'), signal)
  const shape = await readRunShape(store, movieId, movie.lastRun?.runId)
  const isWanted = ids && artifactFilter(ids, shape)
  for (const record of movie.artifacts()) {
    signal?.throwIfAborted()
    if (isWanted?.(record.artifactId) === false) continue
    const by = makerOf(movie, record)
    const isGone = shape?.isGone(record.artifactId) === true
    yield by || isGone ? { ...record, ...(by && { by }), ...(isGone && { isGone: true as const }) } : record
  }
}

/** A version that is a user's own, or older than what its job has made last, is not known to be by who has answered last. */
function makerOf(
  movie: MovieState,
  { artifactId, override, isOutdated }: ArtifactRecord,
): ProviderModel | undefined {
  if (movie.answeredBy.isEmpty || isOutdated || (override !== undefined && override !== 'pinned'))
    return undefined
  const job = movie.slots.knownJob(jobOf(artifactId))
  return job === -1 ? undefined : movie.answeredBy.get(job)
}
