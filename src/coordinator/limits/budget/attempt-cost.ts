import type { JobErrorCode } from '../../../model/error/job-error-code.js'
import type { JobOutcome } from '../../../model/job.js'
import type { Checkpoint } from '../../../model/movie/manifest.js'
import { costOf, type Price } from '../../../model/provider/price.js'
import type { Charge } from './charge.js'

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

/** What is known of an attempt besides its outcome. */
export interface AttemptFacts {
  readonly price: Price | undefined
  /** That it was to make. */
  readonly images: number
  /** The most that it can cost, in US dollars; undefined when no price bounds it. */
  readonly mostCostUsd: number | undefined
  /** It went on with the work that `checkpoint` names. */
  readonly isResumed: boolean
  /** The service had taken its work. */
  readonly hasSubmitted: boolean
  /** The last one of its job. */
  readonly checkpoint: Checkpoint | undefined
  /** The next attempt goes on with the checkpoint. */
  readonly isKept: boolean
}

/** What a settled attempt is charged. */
export function chargeOf(outcome: JobOutcome, facts: AttemptFacts): Charge {
  const { checkpoint, isResumed, hasSubmitted, mostCostUsd, isKept } = facts
  const isAtService = isResumed || hasSubmitted
  const work = isAtService && !checkpoint?.isOver ? checkpoint : undefined
  const costUsd = attemptCost(outcome, facts)
  // An attempt that failed may have told the cost of the work before.
  if (costUsd !== undefined) {
    const charged = Math.max(0, costUsd - (work?.chargedCostUsd ?? 0))
    return { costUsd: charged, ...(work !== undefined && isKept && { isOfCheckpoint: true }) }
  }
  if (work !== undefined && (isKept || work.chargedCostUsd !== undefined)) return {}
  const uncertainCostUsd = work?.uncertainCostUsd ?? mostCostUsd ?? 0
  if (uncertainCostUsd === 0 || !(isAtService || mayBeCharged(outcome))) return {}
  return { uncertainCostUsd }
}

/** The cost of an attempt, in US dollars, as the provider or its price says; undefined: nobody says. */
export function attemptCost(
  outcome: JobOutcome,
  { price, images }: Pick<AttemptFacts, 'price' | 'images'>,
): number | undefined {
  if (outcome.costUsd !== undefined || price === undefined) return outcome.costUsd
  if (outcome.state === 'succeeded') {
    if (outcome.reused) return undefined
    const made = outcome.artifacts.filter(({ blob }) => blob?.mimeType.startsWith('image/')).length
    return costOf(price, outcome.usage, made)
  }
  if (outcome.isAnswered) return costOf(price, outcome.usage, images)
  return outcome.usage === undefined ? undefined : costOf(price, outcome.usage, 0)
}

/** A success whose cost nobody knows, or a failure after which the provider may have charged. */
function mayBeCharged(outcome: JobOutcome): boolean {
  if (outcome.state === 'succeeded') return true
  if (outcome.isAnswered || outcome.usage !== undefined) return true
  return MAYBE_CHARGED.has(outcome.error.code) && !outcome.error.isUnserved
}
