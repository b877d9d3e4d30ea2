import type { JobErrorCode } from '../../model/error/job-error-code.js'
import type { JobOutcome } from '../../model/job.js'

/** What a call that was not accepted failed with; `malformed`: the service answered what could not be used. */
export type CallFault = JobErrorCode | 'malformed'

export type MeasuredCall =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'refused' | 'failed'; readonly code: CallFault }

/**
 * Whether a service took a call. Refused are only those that it was too busy for: an answer that could not be used
 * was taken, and says nothing of a limit, although a run asks again as if the service were overloaded.
 */
export function callOutcome(outcome: JobOutcome): MeasuredCall {
  if (outcome.state === 'succeeded') return { outcome: 'accepted' }
  if (isMalformed(outcome)) return { outcome: 'failed', code: 'malformed' }
  const { code } = outcome.error
  const isRefused = code === 'rate_limited' || code === 'overloaded'
  return { outcome: isRefused ? 'refused' : 'failed', code }
}

/** Codes of answers that do not fit; a filter or a limit ends an answer that is in order. */
const UNUSABLE = new Set<JobErrorCode>(['overloaded', 'invalid', 'bug'])

function isMalformed(outcome: Extract<JobOutcome, { state: 'failed' }>): boolean {
  const { error, answer, usage, costUsd, isAnswered } = outcome
  if (!UNUSABLE.has(error.code)) return false
  return isAnswered === true || answer !== undefined || usage !== undefined || costUsd !== undefined
}
