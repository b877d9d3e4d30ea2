import type { JobCheckpoint } from '../../model/job.js'
import type { Turn } from '../live-run.js'

/** A provider's checkpoint: recorded, and acknowledged once it is durable. */
export function submitJob(turn: Turn, message: JobCheckpoint): void {
  const active = turn.run.state.currentAttempt(message)
  if (!active) return
  const { job, jobId, permit, resolved } = active
  const { attempt, requestNumber, checkpoint, isOver, workKey } = message
  const uncertainCostUsd = (!isOver && permit?.counted) || permit?.mostCostUsd
  const by = turn.run.state.answeredBy(active.target)
  turn.record({
    type: 'job.submitted',
    jobId,
    attempt,
    inputsHash: resolved!.inputsHash,
    checkpoint,
    ...(isOver && { isOver }),
    ...(workKey && { workKey }),
    ...(uncertainCostUsd && { uncertainCostUsd }),
    ...(by && { by }),
    timestamp: turn.moment.timestamp,
  })
  turn.perform({ type: 'acknowledge', job, attempt, requestNumber })
}
