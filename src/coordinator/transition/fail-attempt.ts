import type { JobFailed } from '../../model/movie/event.js'
import { afterFailure } from '../settlement/after-failure.js'
import { isEvidenceDue } from '../settlement/give-up-families.js'
import type { ActiveJob } from '../state/active-job.js'
import type { FailedAttempt } from '../state/failed-attempt.js'
import type { Recorder } from './recorder.js'

/**
 * Records what a failed attempt leads to; parks it while nobody can say.
 * @param isUndecided others are still to show whether the service or the job is to blame
 * @returns false: the attempt is parked, and nothing was recorded
 */
export function failAttempt(
  recorder: Recorder,
  active: ActiveJob,
  failure: FailedAttempt,
  isUndecided: boolean,
): boolean {
  const { run, moment } = recorder
  const { state } = run
  const next = afterFailure(state, active, failure, moment, isUndecided)
  if (next.type === 'park') {
    state.park(active, failure)
    return false
  }
  state.parked.delete(active)
  recorder.record(failed(active, failure, next.type !== 'fail', moment.timestamp))
  active.failure = undefined
  if (next.type === 'release') state.release(active)
  if (next.type === 'retry') {
    active.retryAtMs = moment.nowMs + next.delayMs
    recorder.perform({ type: 'arm-retry', job: active.job, delayMs: next.delayMs })
  }
  return true
}

/** Decides what can be decided of parked attempts. @returns how many were decided */
export function decideParked(recorder: Recorder): number {
  const { parked } = recorder.run.state
  if (parked.size === 0) return 0
  let count = 0
  for (const active of [...parked])
    if (failAttempt(recorder, active, active.failure!, isEvidenceDue(recorder.run, active))) count++
  return count
}

function failed(
  { jobId, attempt }: ActiveJob,
  { settled: { outcome, durationMs }, charge }: FailedAttempt,
  willRetry: boolean,
  timestamp: string,
): JobFailed {
  const { error, usage, answer, isOfStore } = outcome
  return {
    type: 'job.failed',
    jobId,
    attempt,
    durationMs,
    error,
    ...(willRetry && { willRetry: true }),
    ...(usage && Object.keys(usage).length > 0 && { usage }),
    ...charge,
    ...(answer !== undefined && { answer }),
    ...(isOfStore && { isOfStore }),
    timestamp,
  }
}
