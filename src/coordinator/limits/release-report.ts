import type { JobOutcome, JobSettled } from '../../model/job.js'
import { usedTokens } from '../../model/provider/price.js'
import type { ReleaseReport } from './limiter.js'
import type { ResponseClass } from './response-class.js'

/**
 * What a settled attempt tells its limiters.
 * @param isDown the service answers nobody, so that failures say nothing about its load
 */
export function releaseReportOf({ outcome, limits }: JobSettled, isDown: boolean): ReleaseReport {
  const responseClass = responseClassOf(outcome)
  return {
    responseClass: isDown && responseClass === 'troubled' ? 'unknown' : responseClass,
    tokens: isServed(outcome) ? usedTokens(outcome.usage) : undefined,
    retryAfterMs: outcome.state === 'failed' ? outcome.error.retryAfterMs : undefined,
    limits,
    isSpared: outcome.state === 'succeeded' && outcome.reused !== undefined,
  }
}

const isServed = (outcome: JobOutcome): boolean =>
  outcome.state === 'succeeded' || outcome.error.code === 'rejected'

function responseClassOf(outcome: JobOutcome): ResponseClass {
  if (outcome.state === 'succeeded') return 'accepted'
  switch (outcome.error.code) {
    case 'rate_limited':
      return 'refused'
    // It was served; a check did not like the answer.
    case 'rejected':
      return 'accepted'
    case 'overloaded':
    case 'timeout':
      return 'troubled'
    case 'invalid':
    case 'auth':
    case 'content':
    case 'too_large':
      return 'answered'
    case 'network':
    case 'worker_lost':
    case 'bug':
    case 'cancelled':
      return 'unknown'
  }
}
