import type { JobSettled } from '../../../model/job.js'
import type { JobError } from '../../../model/movie/event.js'

/** What the end of a call says about its service. */
export type CallReport =
  /** It did the work. */
  | { readonly sign: 'served' }
  /** It answered, but the request was wrong. */
  | { readonly sign: 'answered' }
  /** Too many requests. */
  | { readonly sign: 'throttled'; readonly error: JobError }
  /** It would refuse every other request of the same account, model and settings. */
  | { readonly sign: 'refused'; readonly error: JobError }
  /** It could not be reached, was busy or broken, or did not answer in time. */
  | { readonly sign: 'fault'; readonly error: JobError }
  /** Nothing. */
  | { readonly sign: 'none' }

/** @param isTaken the service has the work: how long that takes says nothing about whether it answers */
export function callReport({ outcome }: JobSettled, isTaken: boolean): CallReport {
  if (outcome.state === 'succeeded') return { sign: outcome.reused === undefined ? 'served' : 'none' }
  const { error, isOfStore } = outcome
  if (isOfStore) return { sign: 'none' }
  if (isOfSetup(error)) return { sign: 'refused', error }
  switch (error.code) {
    case 'rate_limited':
      return { sign: 'throttled', error }
    case 'network':
    case 'overloaded':
      return { sign: 'fault', error }
    case 'timeout':
      return isTaken ? { sign: 'none' } : { sign: 'fault', error }
    // It did its work; that the answer is no good says nothing of how it does.
    case 'rejected':
      return { sign: 'served' }
    case 'invalid':
    case 'content':
    case 'too_large':
      return { sign: 'answered' }
    case 'auth':
    case 'bug':
    case 'worker_lost':
    case 'cancelled':
      return { sign: 'none' }
  }
}

/** Failures that may be the service's, and not the job's. */
export const isFault = ({ code }: JobError): boolean =>
  code === 'network' || code === 'overloaded' || code === 'timeout'

/** What every job with the same account, model and settings is refused with, by a service that was reached. */
export const isOfSetup = (error: JobError): boolean => isRefused(error) && !isFault(error)

/** The same, also where the address is wrong, so that no service is reached. */
export const isRefused = (error: JobError): boolean => error.code === 'auth' || error.isOfSetup === true
