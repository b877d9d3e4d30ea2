import type {
  AttemptAddress,
  AttemptCancelReason,
  JobAssignment,
  JobOutcome,
  JobSettled,
} from '../../model/job.js'

/** An attempt that was dispatched and has not settled. */
export interface RunningAttempt<Session> extends AttemptAddress {
  readonly inputsHash: string
  /** Undefined: it waits for one. */
  session: Session | undefined
  startedAt: number
  /** After this moment, on the monotonic clock, something is wrong with its worker. */
  overdueAt: number
  reason: AttemptCancelReason
}

/** A job that has lost a worker in this run. */
export const isSuspect = ({ losses }: JobAssignment): boolean => losses !== undefined

/** How a worker came to its end. */
export interface Loss {
  readonly cause: string
  /** There was only one job on it, or it never started: no other job can be the cause. */
  readonly isSoleSuspect: boolean
}

/**
 * A job is timed out by a blocked thread only when it was alone on it: among several nobody knows which one
 * blocks, and those that could not go on because of it must not count as suspects.
 */
export function lossOf(
  { overdueAt, reason: asked }: RunningAttempt<unknown>,
  now: number,
  { cause, isSoleSuspect }: Loss,
): JobOutcome {
  const isOverdue = overdueAt < now
  if (isOverdue && (isSoleSuspect || asked !== 'timeout')) {
    const reason = asked === 'timeout' ? 'The timeout has passed' : 'The job was cancelled'
    const message = `${reason}, and its worker thread did not react; it was ended.`
    return { state: 'failed', error: { code: asked === 'timeout' ? 'timeout' : 'cancelled', message } }
  }
  const message = `The worker thread of this job ended before the job did: ${cause}.`
  return { state: 'failed', error: { code: 'worker_lost', message }, ...(isSoleSuspect && { isSoleSuspect }) }
}

export function settlementOf(
  { job, attempt, startedAt }: RunningAttempt<unknown>,
  now: number,
  outcome: JobOutcome,
): JobSettled {
  return { type: 'job.settled', job, attempt, durationMs: Math.round(now - startedAt), outcome }
}
