import type { BudgetProgress, RunStart } from '../../index.js'
import { formatDollars } from './output.js'

/** `the movie's budget`, `the run's budget for images` */
function nameOf({ scope, provider }: BudgetProgress): string {
  return `the ${scope}'s budget${provider === undefined ? '' : ` for ${provider}`}`
}

/** `$0.7900 of the movie's budget of $2.00 left` */
export const budgetLeft = (budget: BudgetProgress): string =>
  `${formatDollars(budget.leftUsd)} of ${nameOf(budget)} of ${formatDollars(budget.limitUsd)} left`

/** What to tell when a run begins; nothing without a budget. */
export function budgetLines({ budgets, unpriced }: RunStart): string[] {
  const lines = budgets.map(budget => {
    const spent = budget.scope === 'movie' ? `; ${formatDollars(budget.spentUsd)} was spent before` : ''
    return `Budget: ${budgetLeft(budget)}${spent}.`
  })
  if (unpriced.length > 0)
    lines.push(`Budget: ${unpriced.join(', ')} has no price, so it counts what its results say (costUsd).`)
  return lines
}

/** Why a budget has ended a run, and what to do. */
export function budgetWayOut(budgets: readonly BudgetProgress[]): string {
  const spent = budgets.filter(({ isExhausted }) => isExhausted)
  const lines = spent.map(
    budget =>
      `No further job fits into ${nameOf(budget)} of ${formatDollars(budget.limitUsd)}: ${formatDollars(budget.spentUsd)} is spent.`,
  )
  const options = [...new Set(spent.map(({ scope }) => (scope === 'movie' ? '--budget' : '--budget-run')))]
  const option = options.join(' and ') || '--budget'
  return [...lines, `The budget is spent. Run again with a higher ${option} to make the rest.`].join('\n')
}
