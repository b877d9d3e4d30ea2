import type { JobErrorCode } from '../../model/event.js'
import type { JobOutcome } from '../../model/job.js'
import { costOf, type Price } from '../../model/price.js'

/**
 * Errors after which nobody knows whether the provider has charged. Answers that a filter has ended, or that were cut at
 * their limit, are charged by most.
 */
const MAYBE_CHARGED = new Set<JobErrorCode>([
  'timeout',
  'network',
  'worker_lost',
  'bug',
  'cancelled',
  'content',
  'too_large',
])

/** What an attempt has cost, as the provider or its price says; undefined: nobody says. */
export function attemptCost(price: Price | undefined, outcome: JobOutcome): number | undefined {
  if (outcome.cost !== undefined || outcome.state === 'failed' || price === undefined) return outcome.cost
  const images = outcome.artifacts.filter(({ blob }) => blob?.mimeType.startsWith('image/')).length
  return costOf(price, outcome.usage, images)
}

/** A success whose cost nobody knows, or a failure after which the provider may have charged, counts in full. */
export function presumedCost(outcome: JobOutcome, reserved: number): number {
  if (outcome.state === 'succeeded') return reserved
  return MAYBE_CHARGED.has(outcome.error.code) && !outcome.error.isUnserved ? reserved : 0
}
