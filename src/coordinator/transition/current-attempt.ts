import type { JobCheckpoint, JobSettled } from '../../model/job.js'
import type { ActiveJob } from '../state/active-job.js'
import type { RunState } from '../state/run-state.js'

/** The job that a message is about; undefined when the attempt is no longer the current one: the message is dropped. */
export function currentAttempt(state: RunState, message: JobSettled | JobCheckpoint): ActiveJob | undefined {
  const active = state.active.get(message.job)
  return active?.state === 'running' && active.attempt === message.attempt ? active : undefined
}
