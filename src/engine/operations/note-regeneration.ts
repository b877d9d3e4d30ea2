import { evolve } from '../../coordinator/state/evolve.js'
import { openMovie, readMovie, requireMovie } from '../../coordinator/state/open-movie.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { ArtifactId, MovieId } from '../../model/id.js'
import type { MovieEvent } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { untilAborted } from '../../model/until-aborted.js'
import { createPlannedJobs } from '../../plan/geometry/create-planned-jobs.js'
import type { Store } from '../../storage/store.js'
import { readLayout } from '../movie/movie-layout.js'
import { newestRun } from '../run-shape/newest-run.js'
import { recordedRequest, regenerateRequest } from './regenerate.js'
import { type ActionLease, withLease } from './with-lease.js'

/** What the next run makes once more. */
export interface NotedRegeneration {
  /** Jobs of this request that have a result or a failure: the next run regenerates them. Others it makes anyway. */
  readonly jobCount: number
  /** Artifacts of these jobs that stay as they are, since they are pinned. */
  readonly pinned: readonly ArtifactId[]
}

/** Names of jobs in one event: a line of the log stays short, whatever is asked for. */
const JOBS_AN_EVENT = 5_000

/**
 * Records jobs that the next run is to regenerate.
 * @throws ShowrunnerError `MOVIE_NOT_FOUND`, `JOB_UNKNOWN`, `USAGE_INVALID`; MovieBusyError while a run is in progress
 */
export async function noteRegeneration(
  store: Store,
  movieId: MovieId,
  wanted: readonly string[],
  signal: AbortSignal | undefined,
): Promise<NotedRegeneration> {
  await untilAborted(requireMovie(store, movieId), signal)
  const act = async ({ holder, throwIfLost }: ActionLease): Promise<NotedRegeneration> => {
    const runId = await newestRun(store, movieId, signal)
    const layout = runId && (await readLayout(store, movieId, runId))
    if (layout === undefined) throw nothingRecorded(movieId)
    const plan = createPlannedJobs(layout.geometry)
    const request = regenerateRequest(plan, wanted)
    // To open it as a writer is to write.
    if (request.dependsOnMovie) request.check((await readMovie(store, movieId, layout.createSlots())).movie)
    const { movie, writer } = await openMovie(store, movieId, layout.createSlots(), holder)
    try {
      request.select(movie)
      const pinned = request.pinned(movie)
      const events = eventsOf(recordedRequest(request, pinned), new Date().toISOString())
      throwIfLost()
      await writer.append(events)
      for (const event of events) evolve(movie, event)
      return { jobCount: regeneratedOf(movie, request.includes), pinned: pinned.artifacts }
    } finally {
      await writer.close()
    }
  }
  return await withLease(store, movieId, act, { signal })
}

function eventsOf(request: ReturnType<typeof recordedRequest>, timestamp: string): MovieEvent[] {
  if (request === undefined) return []
  const { producers, jobs = [], except } = request
  const events: MovieEvent[] = []
  if (producers !== undefined)
    events.push({ type: 'regenerate.requested', producers, ...(except && { except }), timestamp })
  for (let at = 0; at < jobs.length; at += JOBS_AN_EVENT)
    events.push({ type: 'regenerate.requested', jobs: jobs.slice(at, at + JOBS_AN_EVENT), timestamp })
  return events
}

function regeneratedOf({ regenerating }: MovieState, includes: (job: number) => boolean): number {
  let count = 0
  for (const job of regenerating) if (includes(job)) count++
  return count
}

const nothingRecorded = (movieId: MovieId): ShowrunnerError =>
  new ShowrunnerError(
    'JOB_UNKNOWN',
    `No run of "${movieId}" has left a record of its jobs, so none can be named. Run it with --regenerate instead.`,
  )
