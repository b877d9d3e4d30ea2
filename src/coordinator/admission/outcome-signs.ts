import type { JobError } from '../../model/event.js'
import type { JobOutcome } from '../../model/job.js'
import type { LaneVerdict } from './lane-limits.js'

/** Errors after which nobody knows whether the provider has charged. */
const MAYBE_CHARGED = new Set<JobError['code']>(['timeout', 'network', 'worker_lost', 'bug', 'cancelled'])

/** A success whose cost nobody knows, or a failure after which the provider may have charged, counts in full. */
export function presumedCost(outcome: JobOutcome, reserved: number): number {
  return outcome.state === 'succeeded' || MAYBE_CHARGED.has(outcome.error.code) ? reserved : 0
}

export function imagesIn({ artifacts }: Extract<JobOutcome, { state: 'succeeded' }>): number {
  return artifacts.filter(({ blob }) => blob?.mimeType.startsWith('image/')).length
}

export function verdictOf(outcome: JobOutcome): LaneVerdict {
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
