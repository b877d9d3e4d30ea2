import type { LiveRun } from '../../../coordinator/live-run.js'
import { reviewTally } from '../../../coordinator/review/review-tally.js'
import type { RunId } from '../../../model/id.js'
import type { MovieState } from '../../../model/movie/movie-state.js'
import { roundCost } from '../../../model/provider/price.js'
import type { RunStatus } from '../../../model/run/run-status.js'
import { partFacts } from '../../../plan/subset/part-facts.js'
import { orphanedIn } from '../../elements/orphaned-in.js'
import type { PinnedRequest } from '../../operations/regenerate.js'
import type { PreparedPlan } from '../../planning/prepared-plan.js'
import type { RunBudgets } from '../run-budgets.js'
import { finalCountsOf, type RunReporter } from '../run-reporter.js'
import type { CancelReason, RunResult } from '../run-result.js'

/** What a movie has cost, in US dollars. */
export interface MovieCosts {
  readonly costUsd: number
  /** What attempts may have cost besides, of which nobody says what they did. */
  readonly uncertainCostUsd: number
}

export const costsOf = ({ costUsd, uncertainCostsUsd }: MovieState): MovieCosts => ({
  costUsd,
  uncertainCostUsd: [...uncertainCostsUsd.values()].reduce((sum, dollars) => sum + dollars, 0),
})

/** A run whose jobs have all settled or been given up. */
export interface EndedRun {
  readonly prepared: PreparedPlan
  readonly runId: RunId
  readonly live: LiveRun
  readonly status: RunStatus
  /** Of a run that was cancelled. */
  readonly cancelReason: CancelReason
  /** Of the newest manifest. */
  readonly revision: number
  readonly durationMs: number
  /** When the run began. */
  readonly before: MovieCosts
  readonly reporter: RunReporter
  readonly budgets: RunBudgets
  readonly pinned: PinnedRequest
}

/** What most results have nothing to say of is absent. */
export function resultOfRun(ended: EndedRun): RunResult {
  const { prepared, runId, live, status, cancelReason, revision, durationMs, before, pinned } = ended
  const { movie, stopReason, stopMessage, reusedCount } = live.state
  const costs = costsOf(movie)
  const uncertainCostUsd = roundCost(costs.uncertainCostUsd - before.uncertainCostUsd)
  const budgets = ended.budgets.progress()
  // Not before: lists that are made say what has an element.
  const orphaned = orphanedIn(prepared.plan, movie)
  const review = reviewTally(live.state)
  return {
    movieId: prepared.movieId,
    runId,
    status,
    ...(status === 'stopped' && stopReason && { stopReason }),
    ...(status === 'stopped' && stopMessage && { stopMessage }),
    ...(status === 'cancelled' && { cancelReason }),
    revision,
    counts: finalCountsOf(live),
    reused: reusedCount,
    durationMs: Math.round(durationMs),
    costUsd: roundCost(costs.costUsd - before.costUsd),
    ...(uncertainCostUsd > 0 && { uncertainCostUsd }),
    ...ended.reporter.sides(),
    ...(budgets.length > 0 && { budgets }),
    ...(pinned.artifacts.length > 0 && { pinned: pinned.artifacts }),
    ...partFacts(prepared),
    ...(orphaned.length > 0 && { orphaned }),
    ...(review.outputs.length > 0 && { review }),
  }
}
