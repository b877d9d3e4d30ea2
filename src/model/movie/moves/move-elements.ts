import type { ArtifactId, ElementMoves, JobId, RunId } from '../../id.js'
import { moveLists } from '../expansion.js'
import type { ArtifactRecord, Checkpoint, JobRecord } from '../manifest.js'
import type { MovieState } from '../movie-state.js'
import { restoreJob } from '../restore-job.js'
import { shelveResult } from '../results/shelve-result.js'

/** The same for a run that begins, which looks at what it will record before it does. */
export function moveElementsOnce(state: MovieState, moves: ElementMoves, run: RunId): void {
  if (state.movedBy === run) return
  state.movedBy = run
  moveElements(state, moves)
}

/**
 * Gives jobs, artifacts and lists the names that their elements have now, all at once. What stands under a name that is taken
 * is no longer there; its result is kept as a past one.
 */
export function moveElements(state: MovieState, moves: ElementMoves): void {
  const { jobs, artifacts } = moves
  const { slots } = state
  const jobRecords = jobs.map(([from]) => state.job(slots.jobSlot(from)))
  const artifactRecords = artifacts.map(([from]) => state.artifact(slots.artifactSlot(from)))
  const leaving = new Set<ArtifactId>(artifacts.map(([from]) => from))
  const leavingJobs = new Set<JobId>(jobs.map(([from]) => from))
  for (const [, to] of jobs) if (!leavingJobs.has(to)) shelveResult(state, slots.jobSlot(to))
  for (const id of leaving) state.removeArtifact(slots.artifactSlot(id))
  for (const [from] of jobs) state.forgetJob(slots.jobSlot(from))
  for (const [, to] of jobs) if (!leavingJobs.has(to)) state.forgetJob(slots.jobSlot(to))
  for (const [at, record] of jobRecords.entries()) putJob(state, record, jobs[at]![1])
  for (const [at, record] of artifactRecords.entries()) restoreArtifact(state, record, artifacts[at]![1])
  moveLists(state.expansions, moves)
}

function putJob(state: MovieState, record: JobRecord | undefined, jobId: JobId): void {
  if (record === undefined) return
  const slot = state.slots.jobSlot(jobId)
  // Attempts of a name are counted on, so that no two of them have one number.
  const attempt = Math.max(record.attempt, state.attempts.get(slot))
  const succeededAttempt = Math.max(record.succeededAttempt, state.succeededAttempts.get(slot))
  const checkpoint = record.checkpoint && namedCheckpoint(record.checkpoint, record)
  restoreJob(state, { ...record, jobId, attempt, succeededAttempt, ...(checkpoint && { checkpoint }) })
}

/** Its service knows the work by the name that the job had. */
function namedCheckpoint(checkpoint: Checkpoint, { jobId, succeededAttempt }: JobRecord): Checkpoint {
  if (checkpoint.workKey !== undefined || checkpoint.submittedAs !== undefined) return checkpoint
  return { ...checkpoint, submittedAs: { jobId, generation: succeededAttempt } }
}

function restoreArtifact(
  state: MovieState,
  record: ArtifactRecord | undefined,
  artifactId: ArtifactId,
): void {
  if (record === undefined) return
  state.removeArtifact(state.slots.artifactSlot(artifactId))
  state.restoreArtifact({ ...record, artifactId })
}
