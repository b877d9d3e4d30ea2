import type { BudgetProgress } from '../../coordinator/limits/budget/budget.js'
import { roundCost } from '../../model/provider/price.js'
import type { ProducerEstimate } from './estimate-run.js'

/** How a budget stands before a run, and how far it will probably go. In US dollars. */
export interface BudgetOutlook extends BudgetProgress {
  /** What the run will probably take from it, without retries. */
  readonly expectedUsd: number
  /** With the fewest elements that lists may have which are not made yet; the same where all lists are known. */
  readonly leastUsd: number
  /** Likewise with the most. */
  readonly mostUsd: number
  /**
   * What is left is enough for the longest lists (`most`), for as many elements as expected, for the shortest lists
   * (`least`), or only for a `part` of the run, which then stops before a job that no longer fits.
   */
  readonly covers: 'most' | 'expected' | 'least' | 'part'
}

/** Compares a budget with what the jobs of a run cost that are paid from it. Pure. */
export function budgetOutlook(budget: BudgetProgress, producers: readonly ProducerEstimate[]): BudgetOutlook {
  const { provider, leftUsd } = budget
  const paid = producers.filter(producer => provider === undefined || producer.provider === provider)
  const costOf = (jobs: JobCount) =>
    roundCost(paid.reduce((sum, producer) => sum + producer[jobs] * (producer.costUsd ?? 0), 0))
  const fits = (jobs: JobCount) => roundCost(costOf(jobs) + setAside(paid, jobs)) <= leftUsd
  const covers = fits('mostJobs') ? 'most' : fits('jobs') ? 'expected' : fits('leastJobs') ? 'least' : 'part'
  return {
    ...budget,
    expectedUsd: costOf('jobs'),
    leastUsd: costOf('leastJobs'),
    mostUsd: costOf('mostJobs'),
    covers,
  }
}

type JobCount = 'jobs' | 'leastJobs' | 'mostJobs'

/** The last job starts only when the most that it can cost is left, which may be far above what it will cost. */
const setAside = (producers: readonly ProducerEstimate[], jobs: JobCount): number =>
  producers.reduce(
    (most, { [jobs]: count, costUsd = 0, mostUsd = 0 }) =>
      count > 0 ? Math.max(most, mostUsd - costUsd) : most,
    0,
  )
