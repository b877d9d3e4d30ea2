import type { JobOutcome, JobSettled } from '../../model/job.js'
import { usedTokens } from '../../model/provider/price.js'
import type { Arrival } from './lane.js'
import type { LaneVerdict } from './lane-limits.js'

/**
 * What a settled attempt tells its lanes.
 * @param isDown its service answers nobody: failures say nothing of its load
 */
export function arrivalOf({ outcome, limits }: JobSettled, isDown: boolean): Arrival {
  const verdict = verdictOf(outcome)
  return {
    verdict: isDown && verdict === 'troubled' ? 'unknown' : verdict,
    tokens: outcome.state === 'succeeded' ? usedTokens(outcome.usage) : undefined,
    retryAfterMs: outcome.state === 'failed' ? outcome.error.retryAfterMs : undefined,
    limits,
    isSpared: outcome.state === 'succeeded' && outcome.reused !== undefined,
  }
}

function verdictOf(outcome: JobOutcome): LaneVerdict {
  if (outcome.state === 'succeeded') return 'accepted'
  switch (outcome.error.code) {
    case 'rate_limited':
      return 'refused'
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
