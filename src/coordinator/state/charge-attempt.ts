import { type JobId, producerOf } from '../../model/id.js'
import type { JobFailed, JobSubmitted, JobSucceeded } from '../../model/movie/event.js'
import type { Checkpoint } from '../../model/movie/manifest.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { addUse } from '../../model/movie/results/model-use.js'
import type { ProviderModel } from '../../model/run/provider-model.js'
import { keepsCheckpoint } from './keeps-checkpoint.js'

/**
 * Charges the movie what an attempt has cost. Work that goes on at a service is charged when a later attempt says what
 * it cost; work that was abandoned may have been charged in full.
 */
export function chargeAttempt(state: MovieState, job: number, event: JobSucceeded | JobFailed): void {
  const checkpoint = state.checkpoints.size > 0 ? state.checkpoints.get(job) : undefined
  if (checkpoint !== undefined) chargeCheckpoint(state, job, event, checkpoint)
  const { jobId, by, costUsd = 0 } = event
  state.charge(jobId, costUsd)
  addUse(state.serviceUses, producerOf(jobId), by, { costUsd })
  chargeUncertain(state, jobId, event.uncertainCostUsd, by)
}

function chargeCheckpoint(
  state: MovieState,
  job: number,
  event: JobSucceeded | JobFailed,
  { uncertainCostUsd, chargedCostUsd, ...rest }: Checkpoint,
): void {
  const isAbandoned = rest.isOver
    ? state.attempts.get(job) !== event.attempt
    : event.type === 'job.succeeded' && state.inputsHashes.get(job) !== rest.inputsHash
  if (isAbandoned) chargeUncertain(state, event.jobId, uncertainCostUsd, rest.by)
  const isOpen = event.type === 'job.failed' && keepsCheckpoint(event) && !rest.isOver
  if (!isOpen) state.checkpoints.set(job, rest)
  else if (event.isOfCheckpoint)
    state.checkpoints.set(job, { ...rest, chargedCostUsd: (chargedCostUsd ?? 0) + (event.costUsd ?? 0) })
}

/** Charges what work at a service may have cost, once other work has taken its place. */
export function chargeAbandoned(state: MovieState, job: number, event: JobSubmitted): void {
  const before = state.checkpoints.get(job)
  if (before?.uncertainCostUsd === undefined) return
  const isSame =
    before.inputsHash === event.inputsHash && (!before.isOver || state.attempts.get(job) === event.attempt)
  if (!isSame) chargeUncertain(state, event.jobId, before.uncertainCostUsd, before.by)
}

function chargeUncertain(
  state: MovieState,
  jobId: JobId,
  uncertainCostUsd = 0,
  by: ProviderModel | undefined = undefined,
): void {
  state.chargeUncertain(jobId, uncertainCostUsd)
  addUse(state.serviceUses, producerOf(jobId), by, { uncertainCostUsd })
}
