import { attemptCost } from '../coordinator/limits/budget/attempt-cost.js'
import { demandOf } from '../coordinator/limits/budget/demand-of.js'
import type { PlannedTerms } from '../coordinator/target-terms.js'
import { ShowrunnerError } from '../model/error/error.js'
import type { JobSettled } from '../model/job.js'
import { likelyCostOf, maxCostOf, roundCost } from '../model/provider/price.js'
import type { ResolvedJob } from '../plan/up-to-date/resolved-job.js'
import type { ProbeEstimate } from './probe-request.js'

export function estimateProbe(
  provider: string,
  terms: PlannedTerms,
  jobs: readonly ResolvedJob[],
  maxCalls: number,
): ProbeEstimate {
  const { price } = terms
  if (price === undefined) return { provider, maxCalls }
  const costs = jobs.map(job => likelyCostOf(price, demandOf(terms, job)))
  if (costs.some(costUsd => costUsd === undefined)) return { provider, maxCalls }
  const mean = costs.reduce<number>((sum, costUsd) => sum + costUsd!, 0) / costs.length
  return { provider, maxCalls, costUsd: roundCost(mean * maxCalls) }
}

/** @throws ShowrunnerError `BUDGET_UNPRICED`; `USAGE_INVALID` when the calls could cost more than `maxCostUsd` */
export function checkCost(
  provider: string,
  terms: PlannedTerms,
  jobs: readonly ResolvedJob[],
  { maxCalls, maxCostUsd }: { readonly maxCalls: number; readonly maxCostUsd: number },
): void {
  const { price } = terms
  const costs = price === undefined ? [] : jobs.map(job => maxCostOf(price, demandOf(terms, job)))
  if (costs.length === 0 || costs.some(costUsd => costUsd === undefined)) {
    const problem =
      price === undefined ? 'has no price' : 'has a price, but nothing bounds what one call can cost'
    throw new ShowrunnerError(
      'BUDGET_UNPRICED',
      `What the probe costs is not known: provider "${provider}" ${problem}. Give its entry in the config a price (priceUsd: { maxPerJob: 0.05 } says the most that one call can cost).`,
      { details: { provider } },
    )
  }
  const perCall = Math.max(...costs.map(costUsd => costUsd!))
  if (perCall * maxCalls <= maxCostUsd) return
  const affordable = Math.floor(maxCostUsd / perCall)
  throw new ShowrunnerError(
    'USAGE_INVALID',
    `${maxCalls} calls could cost $${(perCall * maxCalls).toFixed(2)}, more than $${maxCostUsd.toFixed(2)}. Raise --max-cost (maxCostUsd), or lower --max-calls (maxCalls) to ${affordable}.`,
    { details: { provider, maxCalls, maxCostUsd, affordableCalls: affordable } },
  )
}

/** Dollars of one settled call. */
export const settledCost = ({ outcome }: JobSettled, terms: PlannedTerms): number =>
  attemptCost(outcome, terms) ?? 0
