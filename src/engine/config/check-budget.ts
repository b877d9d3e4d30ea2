import { demandOf } from '../../coordinator/limits/budget/demand-of.js'
import type { FamilyTerms } from '../../coordinator/limits/run-admission.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { maxCostOf } from '../../model/provider/price.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import type { RunBudgets } from '../run/run-budgets.js'

/** Of a job about which nothing is known yet. */
const EMPTY = { inputs: {}, loads: [], fileCount: 0 }

/**
 * A budget holds only when it is known what each job can cost.
 * @throws ShowrunnerError `BUDGET_UNPRICED`; `USAGE_INVALID` for a provider that the blueprint does not use
 */
export function checkBudget(
  { plan, until }: Pick<PreparedPlan, 'plan' | 'until'>,
  terms: readonly FamilyTerms[],
  budgets: RunBudgets,
): void {
  const used = new Set(plan.families.map(({ producer }) => producer.provider))
  for (const { provider: name } of budgets.all) {
    if (name === undefined || used.has(name)) continue
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `There is a budget for provider "${name}", which this blueprint does not use. It uses ${[...used].join(', ')}.`,
      { details: { provider: name } },
    )
  }
  const unpriced = new Map<string, string>()
  for (const family of plan.families) {
    const { index, mayHaveJobs, producer } = family
    if (until?.includes(family) === false) continue
    const ofFamily = terms[index]!
    const { price, isFreeUnlessSaid } = ofFamily
    if (!mayHaveJobs || ofFamily.budgets.length === 0 || isFreeUnlessSaid) continue
    if (price === undefined) unpriced.set(producer.provider, 'has no price')
    else if (maxCostOf(price, demandOf(ofFamily, EMPTY)) === undefined)
      unpriced.set(producer.provider, 'has a price, but nothing bounds what one job can cost')
  }
  if (unpriced.size === 0) return
  const list = [...unpriced].map(([provider, problem]) => `provider "${provider}" ${problem}`).join('; ')
  throw new ShowrunnerError(
    'BUDGET_UNPRICED',
    `A budget needs to know what each job can cost: ${list}. Add to its entry in the config, e.g. priceUsd: { perCall: 0.003 }, or priceUsd: { perMillionInputTokens: 0.25, perMillionOutputTokens: 2 } with config: { maxOutputTokens: 1000 }, or maxPerJob; priceUsd: { perCall: 0 } for what is free.`,
    { details: { providers: [...unpriced.keys()] } },
  )
}
