import { readMovie, requireMovie } from '../coordinator/recover.js'
import type { JobError } from '../model/event.js'
import type { JobId, MovieId } from '../model/id.js'
import type { JsonValue } from '../model/json.js'
import type { ArtifactRecord, RunRecord } from '../model/manifest.js'
import { roundCost } from '../model/price.js'
import { MapSlots } from '../model/slots.js'
import { readLease } from '../storage/lease.js'
import type { Store } from '../storage/store.js'

/** Failed jobs, and pending ones, named in a status; the counts are of all. */
const FAILURES_SHOWN = 20
const PENDING_SHOWN = 20

export interface MovieStatus {
  readonly movieId: MovieId
  /** Newest manifest revision; 0 before the first one. */
  readonly revision: number
  /** Events in the log. */
  readonly events: number
  readonly artifacts: number
  /** Jobs by how they last ended; `submitted` ones are waiting at their provider. */
  readonly jobs: Readonly<Record<'submitted' | 'succeeded' | 'failed' | 'skipped', number>>
  readonly lastRun: RunRecord | null
  /** Over all runs, in US dollars. */
  readonly cost: number
  /** The same by producer, dearest first; those that cost nothing are left out. */
  readonly costs: readonly { readonly producer: string; readonly cost: number }[]
  /** The most that attempts may have cost besides, of which nobody says what they did; in US dollars. */
  readonly uncertainCostUsd: number
  /** Who writes the movie now, as far as its lease tells. */
  readonly writer: { readonly holder: string; readonly since: string } | null
  /** The first failed jobs. */
  readonly failures: readonly { readonly jobId: JobId; readonly error: JobError | undefined }[]
  /** The first jobs whose work is at a service, as far as is known: the next run asks for it by this checkpoint. */
  readonly pending: readonly PendingJob[]
}

export interface PendingJob {
  readonly jobId: JobId
  readonly checkpoint: JsonValue
}

/** @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`, `MANIFEST_CORRUPT` */
export async function movieStatus(store: Store, movieId: MovieId): Promise<MovieStatus> {
  await requireMovie(store, movieId)
  const { movie, manifest, position } = await readMovie(store, movieId, new MapSlots())
  const jobs = { submitted: 0, succeeded: 0, failed: 0, skipped: 0 }
  const failures: { jobId: JobId; error: JobError | undefined }[] = []
  const pending: PendingJob[] = []
  for (const record of movie.jobs()) {
    jobs[record.state]++
    if (record.state === 'failed' && failures.length < FAILURES_SHOWN)
      failures.push({ jobId: record.jobId, error: record.error })
    const { jobId, checkpoint } = record
    if (checkpoint !== undefined && !checkpoint.isOver && pending.length < PENDING_SHOWN)
      pending.push({ jobId, checkpoint: checkpoint.value })
  }
  let artifacts = 0
  for (const _ of movie.artifacts()) artifacts++
  const { cost, costs = {}, uncertainCosts = {} } = movie.costRecord()
  let uncertain = Object.values(uncertainCosts).reduce((sum, dollars) => sum + dollars, 0)
  for (const { uncertainCost = 0 } of movie.checkpoints.values()) uncertain += uncertainCost
  return {
    movieId,
    revision: manifest?.header.revision ?? 0,
    events: position.seq,
    artifacts,
    jobs,
    lastRun: movie.lastRun,
    cost,
    costs: Object.entries(costs)
      .map(([producer, dollars]) => ({ producer, cost: dollars }))
      .sort((a, b) => b.cost - a.cost),
    uncertainCostUsd: roundCost(uncertain),
    writer: (await readLease(store, movieId)) ?? null,
    failures,
    pending,
  }
}

/** Every artifact that exists now. @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`, `MANIFEST_CORRUPT` */
export async function* movieArtifacts(store: Store, movieId: MovieId): AsyncIterable<ArtifactRecord> {
  await requireMovie(store, movieId)
  const { movie } = await readMovie(store, movieId, new MapSlots())
  yield* movie.artifacts()
}
