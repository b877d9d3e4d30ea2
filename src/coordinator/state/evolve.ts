import { valueHash } from '../../model/hash.js'
import { type ArtifactId, jobOf, producerOf } from '../../model/id.js'
import type {
  ArtifactMade,
  ArtifactPinned,
  ArtifactUnpinned,
  JobFailed,
  JobSkipped,
  JobSubmitted,
  JobSucceeded,
  MovieEvent,
} from '../../model/movie/event.js'
import { expansionKey } from '../../model/movie/expansion.js'
import { moveElements, moveElementsOnce } from '../../model/movie/moves/move-elements.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { addUse } from '../../model/movie/results/model-use.js'
import { shelveResult } from '../../model/movie/results/shelve-result.js'
import { applyReview, endWaiting, forgetReview, requestReview } from '../review/apply-review.js'
import { keepNote } from '../review/keep-note.js'
import { chargeAbandoned, chargeAttempt } from './charge-attempt.js'
import { endFeedback, keepRejected } from './keep-feedback.js'
import { keepPastResult, keepPinnedResult } from './keep-past-result.js'
import { keepsCheckpoint } from './keeps-checkpoint.js'
import { requestRegeneration } from './request-regeneration.js'

/**
 * Applies one event to the movie's state, in place. Nothing else changes that state: a live run, opening a movie
 * after a crash and `verify` all go through here. Reads no clock and no randomness.
 */
export function evolve(state: MovieState, event: MovieEvent): MovieState {
  switch (event.type) {
    case 'artifact':
      made(state, event)
      break
    case 'artifact.pinned':
      pinned(state, event)
      break
    case 'artifact.unpinned':
      unpinned(state, event)
      break
    case 'artifact.removed':
      state.removeArtifact(state.slots.artifactSlot(event.artifactId))
      state.past.removeOf(jobOf(event.artifactId))
      break
    case 'review.requested':
      requestReview(state, event)
      break
    case 'review.withdrawn':
      endWaiting(state, state.slots.artifactSlot(event.artifactId))
      break
    case 'artifact.reviewed':
      if (applyReview(state, event)) keepNote(state, event)
      break
    case 'job.succeeded':
      succeeded(state, event)
      break
    case 'job.failed':
      failed(state, event)
      break
    case 'job.skipped':
      skipped(state, event)
      break
    case 'job.submitted':
      submitted(state, event)
      break
    case 'writer.opened':
      // What an earlier writer left without an outcome was torn off by its crash.
      state.unsettled.clear()
      break
    case 'regenerate.requested':
      requestRegeneration(state, event)
      break
    case 'run.started':
      if (event.moved !== undefined) moveElementsOnce(state, event.moved, event.runId)
      state.lastRun = {
        runId: event.runId,
        startedAt: event.timestamp,
        ...(event.until && { until: event.until }),
      }
      break
    case 'run.finished':
      state.lastRun = {
        runId: event.runId,
        startedAt: state.lastRun?.startedAt ?? event.timestamp,
        ...(state.lastRun?.until && { until: state.lastRun.until }),
        finishedAt: event.timestamp,
        status: event.status,
        ...(event.stopReason && { stopReason: event.stopReason }),
        ...(event.stopMessage && { stopMessage: event.stopMessage }),
      }
      break
    case 'loop.expanded': {
      const { type: _, timestamp: __, moved, ...expansion } = event
      if (moved !== undefined) moveElements(state, moved)
      state.expansions.set(expansionKey(event.loop, event.parents), expansion)
      break
    }
    case 'writer.closed':
    case 'limit.adjusted':
      break
    default:
      // The compiler rejects this line while a type of event has no case. A newer version may have written others.
      event satisfies never
  }
  return state
}

function made(state: MovieState, event: ArtifactMade): void {
  if (event.jobId === undefined) {
    shelveBefore(state, event.artifactId)
    store(state, event)
    return
  }
  const job = state.slots.jobSlot(event.jobId)
  const waiting = state.unsettled.get(job)
  if (waiting) waiting.push(event)
  else state.unsettled.set(job, [event])
}

function store(state: MovieState, event: ArtifactMade): void {
  const slot = state.slots.artifactSlot(event.artifactId)
  const hash = event.hash ?? event.blob?.hash ?? valueHash(event.value ?? null)
  if (state.reviews.size > 0) forgetReview(state, slot, hash)
  state.values.set(slot, event.blob ? undefined : event.value)
  state.blobs.set(slot, event.blob)
  state.artifactHashes.set(slot, hash)
}

function pinned(state: MovieState, event: ArtifactPinned): void {
  if (!event.isEdited) shelveBefore(state, event.artifactId)
  const slot = state.slots.artifactSlot(event.artifactId)
  state.overrides.set(slot, event.isEdited ? 'edited' : 'pinned')
  endWaiting(state, slot)
}

function unpinned(state: MovieState, event: ArtifactUnpinned): void {
  const slot = state.slots.artifactSlot(event.artifactId)
  if (state.overrides.get(slot) === 'edited') state.overrides.set(slot, 'unpinned')
  else if (state.overrides.get(slot) === 'pinned') state.overrides.delete(slot)
}

/** A user says something about a part of a result, which can be taken back. */
function shelveBefore(state: MovieState, artifact: ArtifactId): void {
  if (state.resultCount === 0) return
  const job = state.slots.knownJob(jobOf(artifact))
  if (job !== -1) shelveResult(state, job)
}

/** A job's new artifact replaces the one before, unless that is pinned: then the answer is false. */
function storeMade(state: MovieState, event: ArtifactMade): boolean {
  if (state.overrides.size > 0 || state.outdated.size > 0) {
    const slot = state.slots.artifactSlot(event.artifactId)
    if (state.isPinned(slot)) {
      if (state.artifactHashes.get(slot) === event.hash) state.outdated.delete(slot)
      else state.outdated.add(slot)
      return false
    }
    state.overrides.delete(slot)
    state.outdated.delete(slot)
  }
  store(state, event)
  return true
}

function succeeded(state: MovieState, event: JobSucceeded): void {
  const job = state.slots.jobSlot(event.jobId)
  const made = state.unsettled.get(job) ?? []
  if (state.keepsPast && state.inputsHashes.has(job)) keepPastResult(state, job, made, event)
  let isWhole = true
  for (const artifact of made) {
    if (!storeMade(state, artifact)) isWhole = false
    if (artifact.inputsHash) state.setInputsHash(job, artifact.inputsHash)
  }
  if (event.inputsHash !== undefined) state.setInputsHash(job, event.inputsHash)
  if (!isWhole) keepPinnedResult(state, made, event)
  chargeAttempt(state, job, event)
  settle(state, job, event.attempt)
  state.setJobState(job, 'succeeded')
  state.succeededAttempts.set(job, event.attempt)
  state.inputDigests.set(job, event.inputs)
  state.answeredBy.set(job, event.by)
  state.lastTaken.from = event.from
  state.lastTaken.by = job
  if (event.reused === undefined) addUse(state.serviceUses, producerOf(event.jobId), event.by, { answers: 1 })
  if (state.checkpoints.size > 0) state.checkpoints.delete(job)
  if (state.feedback.size > 0) endFeedback(state, job)
  if (state.regenerating.size > 0) state.regenerating.delete(job)
}

function failed(state: MovieState, event: JobFailed): void {
  const job = state.slots.jobSlot(event.jobId)
  chargeAttempt(state, job, event)
  settle(state, job, event.attempt)
  state.setJobState(job, 'failed')
  state.errors.set(job, event.error)
  if (event.willRetry) state.retrying.add(job)
  if (event.rejected !== undefined) keepRejected(state, job, event)
  if (!keepsCheckpoint(event)) state.checkpoints.delete(job)
}

function skipped(state: MovieState, event: JobSkipped): void {
  const job = state.slots.jobSlot(event.jobId)
  settle(state, job, state.attempts.get(job))
  state.setJobState(job, 'skipped')
  state.skipReasons.set(job, event.reason)
  // A job that its condition skips is not regenerated either.
  if (event.reason.type === 'condition') state.regenerating.delete(job)
}

function submitted(state: MovieState, event: JobSubmitted): void {
  const job = state.slots.jobSlot(event.jobId)
  chargeAbandoned(state, job, event)
  state.attempts.set(job, event.attempt)
  state.setJobState(job, 'submitted')
  forgetFailure(state, job)
  const { inputsHash, checkpoint: value, isOver, workKey, uncertainCostUsd, by } = event
  state.checkpoints.set(job, {
    inputsHash,
    value,
    ...(isOver && { isOver }),
    ...(workKey !== undefined && { workKey }),
    ...(uncertainCostUsd !== undefined && { uncertainCostUsd }),
    ...(by && { by }),
  })
}

function settle(state: MovieState, job: number, attempt: number): void {
  state.unsettled.delete(job)
  state.attempts.set(job, attempt)
  forgetFailure(state, job)
  if (state.skipReasons.size > 0) state.skipReasons.delete(job)
}

function forgetFailure(state: MovieState, job: number): void {
  if (state.errors.size > 0) state.errors.delete(job)
  if (state.retrying.size > 0) state.retrying.delete(job)
}
