import type { JobRecord } from './manifest.js'
import type { MovieState } from './movie-state.js'

/** Takes a record of a manifest over. */
export function restoreJob(state: MovieState, record: JobRecord): void {
  const slot = state.slots.jobSlot(record.jobId)
  state.setJobState(slot, record.state)
  state.attempts.set(slot, record.attempt)
  state.succeededAttempts.set(slot, record.succeededAttempt)
  if (record.inputsHash) state.setInputsHash(slot, record.inputsHash)
  if (record.inputs) state.inputDigests.set(slot, record.inputs)
  state.answeredBy.set(slot, record.by)
  if (record.checkpoint) state.checkpoints.set(slot, record.checkpoint)
  if (record.feedback) state.feedback.set(slot, record.feedback)
  if (record.error) state.errors.set(slot, record.error)
  if (record.willRetry) state.retrying.add(slot)
  if (record.toRegenerate) state.regenerating.add(slot)
  if (record.reason) state.skipReasons.set(slot, record.reason)
}
