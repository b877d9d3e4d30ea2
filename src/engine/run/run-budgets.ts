import type { ProducerSpec } from '../../blueprint/blueprint.js'
import { Budget, type BudgetProgress, type BudgetScope } from '../../coordinator/limits/budget/budget.js'
import { producerOf } from '../../model/id.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { ModelUse } from '../../model/movie/results/model-use.js'
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

/** What is known, and the most that may have been charged besides; of a provider, what it has done for its producers. */
function spentBefore({ families }: Plan, movie: MovieState, provider: string | undefined): number {
  let spent = 0
  if (provider === undefined) {
    spent = movie.costUsd
    for (const dollars of movie.uncertainCostsUsd.values()) spent += dollars
  } else for (const { producer } of families) spent += spentAt(producer, movie, provider)
  const first = new Map(families.map(({ producer }) => [producer.name, producer.provider]))
  for (const [job, { uncertainCostUsd = 0, by }] of movie.checkpoints) {
    if (uncertainCostUsd === 0) continue
    const owner = by?.provider ?? first.get(producerOf(movie.slots.jobIdAt(job)))
    if (provider === undefined || (owner !== undefined && isNamed(owner, provider))) spent += uncertainCostUsd
  }
  return spent
}

/** What nobody is named for was spent at the first, when there was only that one. */
function spentAt(producer: ProducerSpec, movie: MovieState, provider: string): number {
  const { name } = producer
  const uses = movie.serviceUses.get(name) ?? []
  const sumOf = (some: readonly ModelUse[]) =>
    some.reduce((sum, { costUsd, uncertainCostUsd }) => sum + costUsd + uncertainCostUsd, 0)
  const own = sumOf(uses.filter(use => isNamed(use.provider, provider)))
  if (producer.provider !== provider) return own
  const all = (movie.costsUsd.get(name) ?? 0) + (movie.uncertainCostsUsd.get(name) ?? 0)
  return own + Math.max(0, all - sumOf(uses))
}

/** A simulation calls itself by what it stands for. */
const isNamed = (recorded: string, provider: string): boolean =>
  recorded === provider || recorded === `simulate ${provider}`
