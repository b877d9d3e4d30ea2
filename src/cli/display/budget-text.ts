import type { BudgetOutlook, BudgetProgress, RunStart } from '../../index.js'
import { formatDollars } from './output.js'

/** `the movie's budget`, `the run's budget for images` */
function nameOf({ scope, provider }: Pick<BudgetProgress, 'scope' | 'provider'>): string {
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

/** That a budget will probably not be enough, and what happens then; undefined: it will be. */
export function budgetShortfall(outlook: BudgetOutlook): string | undefined {
  const { covers, scope, leftUsd, expectedUsd, leastUsd, mostUsd } = outlook
  if (covers === 'most') return undefined
  const isKnown = leastUsd === mostUsd
  const range = isKnown ? '' : ` (${formatDollars(leastUsd)} to ${formatDollars(mostUsd)})`
  const takes = `the run will take about ${formatDollars(expectedUsd)}${range}`
  const needed = { expected: mostUsd, least: expectedUsd, part: leastUsd }[covers]
  const setAside = needed <= leftUsd ? ', and a job starts only while the most that it may cost is left' : ''
  const option = scope === 'movie' ? '--budget' : '--budget-run'
  const name = nameOf(outlook)
  const ends = `stops before a job that no longer fits, keeps what is made, and exits with code 4; a higher ${option} makes the rest.`
  return `${name[0]!.toUpperCase()}${name.slice(1)} is ${isKnown ? 'not enough' : SHORTFALLS[covers]}: ${takes}${setAside}. ${covers === 'expected' ? 'With them it' : 'It'} ${ends}`
}

const SHORTFALLS = {
  expected: 'enough for as many elements as expected, but not for the longest lists',
  least: 'not enough for as many elements as expected',
  part: 'not enough even for the shortest lists',
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
