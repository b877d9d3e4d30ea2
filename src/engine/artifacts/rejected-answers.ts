import { readMovie, requireMovie } from '../../coordinator/state/open-movie.js'
import type { ArtifactId, JobId, MovieId } from '../../model/id.js'
import { MapSlots } from '../../model/movie/slots.js'
import { untilAborted } from '../../model/until-aborted.js'
import type { Store } from '../../storage/store.js'
import type { ArtifactsOptions } from '../config/requests.js'
import { lastRejection, rejectedAnswer } from '../outputs/read-rejected.js'
import type { RejectedAnswer } from '../outputs/rejected-answer.js'
import { readRunShape } from '../run-shape/read-run-shape.js'
import { artifactFilter } from './artifact-filter.js'

/** The last rejected answer to a job, of those that have no accepted one. */
export interface RejectedJob extends RejectedAnswer {
  /** The job's id, `Producer:Picture[3]`. */
  readonly jobId: JobId
  /** The last run had no place for it any more: its row or loop is gone. */
  readonly isGone?: true
}

/**
 * Answers that checks or providers have rejected, of jobs without an accepted one.
 * @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`, `MANIFEST_CORRUPT`
 */
export async function* rejectedAnswers(
  store: Store,
  movieId: MovieId,
  { ids: wanted, signal }: ArtifactsOptions = {},
): AsyncIterable<RejectedJob> {
  await requireMovie(store, movieId)
  const { movie } = await untilAborted(readMovie(store, movieId, new MapSlots(), 'none'), signal)
  const shape = await readRunShape(store, movieId, movie.lastRun?.runId)
  const isWanted = wanted && artifactFilter(wanted, shape)
  const blobs = store.blobs(movieId)
  for (const { jobId, state, feedback } of movie.jobs()) {
    signal?.throwIfAborted()
    const rejection = state === 'succeeded' ? undefined : lastRejection(feedback)
    if (rejection === undefined) continue
    const names = Object.keys(rejection.outputs ?? {})
    const ids = [jobId, ...names.map(name => `${jobId}.${name}` as ArtifactId)]
    if (isWanted && !ids.some(isWanted)) continue
    const answer = rejectedAnswer(rejection, blob => blobs.readStream(blob))
    yield { jobId, ...answer, ...(shape?.has(jobId) === false && { isGone: true as const }) }
  }
}
