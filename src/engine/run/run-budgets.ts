import { Budget, type BudgetProgress, type BudgetScope } from '../../coordinator/limits/budget/budget.js'
import { producerOf } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Plan } from '../../plan/plan.js'
import type { BudgetOptions, BudgetRequest } from '../config/budget-request.js'

/** The budgets of one run: of its movie, of itself, and of single providers. */
export class RunBudgets {
  readonly all: readonly Budget[]

  constructor({ budgetUsd, budgetRunUsd }: BudgetOptions) {
    this.all = [...budgetsOf(budgetUsd, 'movie'), ...budgetsOf(budgetRunUsd, 'run')]
  }

  /** Those that the jobs of a provider are paid from. */
  of(provider: string): readonly Budget[] {
    return this.all.filter(budget => budget.provider === undefined || budget.provider === provider)
  }

  /** Counts what the movie has spent before this run. */
  begin(plan: Plan, movie: MovieState): void {
    for (const budget of this.all)
      if (budget.scope === 'movie') budget.begin(spentBefore(plan, movie, budget.provider))
  }

  progress(): readonly BudgetProgress[] {
    return this.all.map(budget => budget.progress)
  }
}

function budgetsOf(request: number | BudgetRequest | undefined, scope: BudgetScope): Budget[] {
  const { total, providers = {} } = typeof request === 'number' ? { total: request } : (request ?? {})
  return [
    ...(total === undefined ? [] : [new Budget(total, scope)]),
    ...Object.entries(providers).map(([name, dollars]) => new Budget(dollars, scope, name)),
  ]
}

/** What is known, and the most that may have been charged besides; of a provider, what its producers have spent. */
function spentBefore({ families }: Plan, movie: MovieState, provider: string | undefined): number {
  const ofProvider = families.filter(({ producer }) => producer.provider === provider)
  const names = new Set(ofProvider.map(({ producer }) => producer.name))
  const isCounted = (producer: string) => provider === undefined || names.has(producer)
  let spent = provider === undefined ? movie.costUsd : sumOf(movie.costsUsd, isCounted)
  spent += sumOf(movie.uncertainCostsUsd, isCounted)
  for (const [job, { uncertainCostUsd = 0 }] of movie.checkpoints)
    if (uncertainCostUsd > 0 && isCounted(producerOf(movie.slots.jobIdAt(job)))) spent += uncertainCostUsd
  return spent
}

function sumOf(costs: ReadonlyMap<string, number>, isCounted: (producer: string) => boolean): number {
  let sum = 0
  for (const [producer, dollars] of costs) if (isCounted(producer)) sum += dollars
  return sum
}
