import { readMovie, requireMovie } from '../../coordinator/state/open-movie.js'
import type { ArtifactId, JobId, MovieId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import type { JobError } from '../../model/movie/event.js'
import { headerRecord } from '../../model/movie/header-record.js'
import type { RunRecord } from '../../model/movie/manifest.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { ModelUse } from '../../model/movie/results/model-use.js'
import { MapSlots } from '../../model/movie/slots.js'
import type { RejectionCount } from '../../model/provider/feedback.js'
import { roundCost } from '../../model/provider/price.js'
import type { ProviderModel } from '../../model/run/provider-model.js'
import { untilAborted } from '../../model/until-aborted.js'
import { readLease } from '../../storage/lease/lease.js'
import type { Store } from '../../storage/store.js'
import { type FailedJob, type FailureGroup, FailureGroups } from '../failures/failure-groups.js'
import { type ReviewSummary, reviewSummary } from '../review/review-summary.js'
import { readRunShape } from '../run-shape/read-run-shape.js'
import { type RunShape, rowsPart } from '../run-shape/run-shape.js'

/** Failed jobs, and pending ones, named in a status; the counts are of all. */
const FAILURES_SHOWN = 20
const PENDING_SHOWN = 20

/** What `movie.status()` tells. */
export interface MovieStatus {
  /** The movie's name. */
  readonly movieId: MovieId
  /** Newest manifest revision; 0 before the first one. */
  readonly revision: number
  /** Events in the log. */
  readonly events: number
  /** How many there are. */
  readonly artifacts: number
  /** Artifacts that the last run had no place for any more: their row, loop or output is gone. */
  readonly goneArtifacts: number
  /** Of them, those that are pinned or edited: kept, and applied to nothing. */
  readonly orphaned: readonly ArtifactId[]
  /**
   * Jobs by how they last ended; `submitted` ones are waiting at their provider, `retrying` ones have failed and are
   * to be tried again, by the run in progress or the next one.
   */
  readonly jobs: Readonly<Record<'submitted' | 'succeeded' | 'retrying' | 'failed' | 'skipped', number>>
  /** Jobs of the last run of which nothing is recorded yet: in flight, or not started. 0 when the record of that run is missing. */
  readonly openJobs: number
  /** Jobs that a run was to make once more (`regenerate`) and has not made yet: the next run does. */
  readonly toRegenerate: number
  /** What people have to judge; absent: nothing. */
  readonly review?: ReviewSummary
  /** Null before the first run. */
  readonly lastRun: RunRecord | null
  /** Over all runs, in US dollars. */
  readonly costUsd: number
  /** The same by producer, dearest first; those that cost nothing are left out. */
  readonly costs: readonly {
    /** The producer's name. */
    readonly producer: string
    /** US dollars, over all its attempts. */
    readonly costUsd: number
  }[]
  /** Who has answered the jobs that several may answer, over all runs. */
  readonly services: readonly (ModelUse & {
    /** The producer's name. */
    readonly producer: string
  })[]
  /** Answers that checks have rejected over all runs, by producer, most first. */
  readonly rejections: readonly (RejectionCount & {
    /** The producer's name. */
    readonly producer: string
  })[]
  /** The most that attempts may have cost besides, of which nobody says what they did; in US dollars. */
  readonly uncertainCostUsd: number
  /** Who writes the movie now, as far as its lease tells. */
  readonly writer: {
    /** host/pid/nonce of the process. */
    readonly holder: string
    /** ISO 8601, UTC. */
    readonly since: string
  } | null
  /** All failed jobs, by what their errors say, largest group first. */
  readonly failureGroups: readonly FailureGroup[]
  /** The first failed jobs. */
  readonly failures: readonly (FailedJob & {
    /** Why its last attempt failed. */
    readonly error: JobError | undefined
  })[]
  /** The first jobs whose work is at a service, as far as is known: the next run asks for it by this checkpoint. */
  readonly pending: readonly PendingJob[]
}

/** A job that a service has taken and whose result has not been fetched. */
export interface PendingJob {
  /** Its id, `Producer:Picture[3]`. */
  readonly jobId: JobId
  /** What the provider knows it by. */
  readonly checkpoint: JsonValue
  /** Who has it, where several may answer. */
  readonly by?: ProviderModel
}

/** @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`, `MANIFEST_CORRUPT` */
export async function movieStatus(
  store: Store,
  movieId: MovieId,
  signal?: AbortSignal,
): Promise<MovieStatus> {
  await requireMovie(store, movieId)
  const { movie, manifest, position } = await untilAborted(
    readMovie(store, movieId, new MapSlots(), 'none'),
    signal,
  )
  const shape = await readRunShape(store, movieId, movie.lastRun?.runId)
  const jobs = { submitted: 0, succeeded: 0, retrying: 0, failed: 0, skipped: 0 }
  const failures: (FailedJob & { error: JobError | undefined })[] = []
  const groups = new FailureGroups()
  let toRegenerate = 0
  let known = 0
  const pending: PendingJob[] = []
  for (const record of movie.jobs()) {
    const { jobId, checkpoint, error } = record
    jobs[record.willRetry ? 'retrying' : record.state]++
    const isOfLastRun = shape?.has(jobId) !== false
    if (isOfLastRun) known++
    if (record.toRegenerate && isOfLastRun) toRegenerate++
    if (record.state === 'failed' && !record.willRetry) {
      groups.add(jobId, error)
      if (failures.length < FAILURES_SHOWN) failures.push({ jobId, ...rowsPart(shape, jobId), error })
    }
    if (checkpoint !== undefined && !checkpoint.isOver && pending.length < PENDING_SHOWN)
      pending.push({ jobId, checkpoint: checkpoint.value, ...(checkpoint.by && { by: checkpoint.by }) })
  }
  const { artifacts, goneArtifacts, orphaned } = countArtifacts(movie, shape)
  const { costUsd, costsUsd = {}, uncertainCostsUsd = {} } = headerRecord(movie)
  const review = reviewSummary(movie, shape)
  let uncertain = Object.values(uncertainCostsUsd).reduce((sum, dollars) => sum + dollars, 0)
  for (const { uncertainCostUsd = 0 } of movie.checkpoints.values()) uncertain += uncertainCostUsd
  return {
    movieId,
    revision: manifest?.header.revision ?? 0,
    events: position.seq,
    artifacts,
    goneArtifacts,
    orphaned,
    jobs,
    openJobs: shape === undefined ? 0 : Math.max(0, shape.jobCount - known),
    toRegenerate,
    ...(review && { review }),
    lastRun: movie.lastRun,
    costUsd,
    costs: Object.entries(costsUsd)
      .map(([producer, dollars]) => ({ producer, costUsd: dollars }))
      .sort((a, b) => b.costUsd - a.costUsd),
    services: [...movie.serviceUses].flatMap(([producer, uses]) => uses.map(use => ({ producer, ...use }))),
    rejections: [...movie.rejections]
      .map(([producer, rejected]) => ({ producer, ...rejected }))
      .sort((a, b) => b.count - a.count),
    uncertainCostUsd: roundCost(uncertain),
    writer: (await readLease(store, movieId)) ?? null,
    failureGroups: groups.list(shape),
    failures,
    pending,
  }
}

/** Who writes the movie now, as far as its lease tells. */
export const movieWriter = (store: Store, movieId: MovieId) => readLease(store, movieId)

function countArtifacts(movie: MovieState, shape: RunShape | undefined) {
  const orphaned: ArtifactId[] = []
  let artifacts = 0
  let goneArtifacts = 0
  for (const { artifactId, override } of movie.artifacts()) {
    artifacts++
    if (!shape?.isGone(artifactId)) continue
    goneArtifacts++
    if (override === 'pinned' || override === 'edited') orphaned.push(artifactId)
  }
  return { artifacts, goneArtifacts, orphaned }
}
