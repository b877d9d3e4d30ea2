import type { JobFailed, JobSubmitted, JobSucceeded } from '../../model/movie/event.js'
import type { Checkpoint } from '../../model/movie/manifest.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { keepsCheckpoint } from './keeps-checkpoint.js'

/**
 * Charges what an attempt has cost. Work at a service that the attempt went on with keeps its account open until
 * somebody says what it has cost; work that was left behind may have been charged in full.
 */
export function closeAccount(state: MovieState, job: number, event: JobSucceeded | JobFailed): void {
  const checkpoint = state.checkpoints.size > 0 ? state.checkpoints.get(job) : undefined
  if (checkpoint !== undefined) closeCheckpoint(state, job, event, checkpoint)
  state.charge(event.jobId, event.cost ?? 0)
  state.chargeUncertain(event.jobId, event.uncertainCost ?? 0)
}

function closeCheckpoint(
  state: MovieState,
  job: number,
  event: JobSucceeded | JobFailed,
  { uncertainCost, chargedCost, ...rest }: Checkpoint,
): void {
  const isLeftBehind = rest.isOver
    ? state.attempts.get(job) !== event.attempt
    : event.type === 'job.succeeded' && state.inputsHashes.get(job) !== rest.inputsHash
  if (isLeftBehind) state.chargeUncertain(event.jobId, uncertainCost ?? 0)
  const isOpen = event.type === 'job.failed' && keepsCheckpoint(event) && !rest.isOver
  if (!isOpen) state.checkpoints.set(job, rest)
  else if (event.isOfCheckpoint)
    state.checkpoints.set(job, { ...rest, chargedCost: (chargedCost ?? 0) + (event.cost ?? 0) })
}

/** Another job is at the service now: what the one before it may have cost stays open for good. */
export function abandonAccount(state: MovieState, job: number, event: JobSubmitted): void {
  const before = state.checkpoints.get(job)
  if (before?.uncertainCost === undefined) return
  const isSame =
    before.inputsHash === event.inputsHash && (!before.isOver || state.attempts.get(job) === event.attempt)
  if (!isSame) state.chargeUncertain(event.jobId, before.uncertainCost)
}
