import type { CancelReason, JobOutcome, JobSettled } from '../../model/job.js'
import type { ThreadSession } from './thread-session.js'

/** An attempt on its way. */
export interface Flight {
  readonly job: number
  readonly attempt: number
  /** Undefined: an inline provider runs it in the host, or it waits for a thread. */
  readonly session: ThreadSession | undefined
  /** In quarantine, until a thread takes it. */
  readonly isWaiting: boolean
  readonly startedAt: number
  /** After this moment, on the monotonic clock, something is wrong with its thread. */
  overdueAt: number
  reason: CancelReason
}

/** How a thread came to its end. */
export interface Loss {
  readonly cause: string
  /** There was only one job on it, or it never started: no other job can be the cause. */
  readonly isSoleSuspect: boolean
}

/**
 * A job is timed out by a blocked thread only when it was alone on it: among several nobody knows which one
 * blocks, and those that could not go on because of it must not be charged.
 */
export function lossOf(flight: Flight, now: number, { cause, isSoleSuspect }: Loss): JobOutcome {
  const isOverdue = flight.overdueAt < now
  if (isOverdue && (isSoleSuspect || flight.reason === 'cancelled')) {
    const reason = flight.reason === 'timeout' ? 'The timeout has passed' : 'The job was cancelled'
    const message = `${reason}, and its worker thread did not react; it was ended.`
    return { state: 'failed', error: { code: flight.reason, message } }
  }
  const message = `The worker thread of this job ended before the job did: ${cause}.`
  return { state: 'failed', error: { code: 'worker_lost', message }, ...(isSoleSuspect && { isSoleSuspect }) }
}

export function settlementOf(
  { job, attempt, startedAt }: Flight,
  now: number,
  outcome: JobOutcome,
): JobSettled {
  return { type: 'job.settled', job, attempt, durationMs: Math.round(now - startedAt), outcome }
}
