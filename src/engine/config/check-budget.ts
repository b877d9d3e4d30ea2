import { demandOf } from '../../coordinator/limits/budget/demand-of.js'
import type { PlannedTerms } from '../../coordinator/target-terms.js'
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
  terms: readonly PlannedTerms[],
  budgets: RunBudgets,
): void {
  const { families, targets } = plan
  const services = Array.from({ length: targets.count }, (_, target) => targets.serviceOf(target))
  const used = new Set(services.map(({ provider }) => provider))
  for (const { provider: name } of budgets.all) {
    if (name === undefined || used.has(name)) continue
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `There is a budget for provider "${name}", which this blueprint does not use. It uses ${[...used].join(', ')}.`,
      { details: { provider: name } },
    )
  }
  const unpriced = new Map<string, string>()
  for (const [target, { provider }] of services.entries()) {
    const ofTarget = terms[target]!
    const { price, isFreeUnlessSaid } = ofTarget
    const family = families[targets.familyOf(target)]!
    if (until?.includes(family) === false) continue
    if (!family.mayHaveJobs || ofTarget.budgets.length === 0 || isFreeUnlessSaid) continue
    if (price === undefined) unpriced.set(provider, 'has no price')
    else if (maxCostOf(price, demandOf(ofTarget, EMPTY)) === undefined)
      unpriced.set(provider, 'has a price, but nothing bounds what one job can cost')
  }
  if (unpriced.size === 0) return
  const list = [...unpriced].map(([provider, problem]) => `provider "${provider}" ${problem}`).join('; ')
  throw new ShowrunnerError(
    'BUDGET_UNPRICED',
    `A budget needs to know what each job can cost: ${list}. Add to its entry in the config, e.g. priceUsd: { perCall: 0.003 }, or priceUsd: { perMillionInputTokens: 0.25, perMillionOutputTokens: 2 } with config: { maxOutputTokens: 1000 }, or maxPerJob; priceUsd: { perCall: 0 } for what is free.`,
    { details: { providers: [...unpriced.keys()] } },
  )
}
