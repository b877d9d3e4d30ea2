import type { JobCheckpoint } from '../../model/job.js'
import type { Recorder } from './recorder.js'

/** A provider's checkpoint: recorded, and acknowledged once it is durable. */
export function submitJob(recorder: Recorder, message: JobCheckpoint): void {
  const active = recorder.run.state.currentAttempt(message)
  if (!active) return
  const { job, jobId, permit, resolved } = active
  const { attempt, requestNumber, checkpoint, isOver } = message
  const uncertainCostUsd = (!isOver && permit?.counted) || permit?.mostCostUsd
  recorder.record({
    type: 'job.submitted',
    jobId,
    attempt,
    inputsHash: resolved!.inputsHash,
    checkpoint,
    ...(isOver && { isOver }),
    ...(uncertainCostUsd && { uncertainCostUsd }),
    timestamp: recorder.moment.timestamp,
  })
  recorder.perform({ type: 'acknowledge', job, attempt, requestNumber })
}
