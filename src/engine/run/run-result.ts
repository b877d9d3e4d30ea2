import type { BudgetProgress } from '../../coordinator/limits/budget/budget.js'
import type { RunFinish } from '../../coordinator/message.js'
import type { ReviewTally } from '../../coordinator/review/review-tally.js'
import type { ArtifactId, MovieId, RunId } from '../../model/id.js'
import type { RejectionCount } from '../../model/provider/feedback.js'
import type { RunCounts, RunStatus, StopReason } from '../../model/run/run-status.js'
import type { SubsetFacts } from '../../plan/subset/subset-facts.js'
import type { UntilFacts } from '../../plan/subset/until-facts.js'
import type { AnswerRecord } from '../failures/answer-tally.js'
import type { FailureGroup } from '../failures/failure-groups.js'

/**
 * Who cancelled a run: `requested`, the program by `run.cancel()`; `signal`, the one that the run was given;
 * `engine_closed`, by `engine.close()` or the end of an `await using`.
 */
export type CancelReason = 'requested' | 'signal' | 'engine_closed'

/** How a run ended. */
export interface RunResult {
  /** The movie's name. */
  readonly movieId: MovieId
  /** The run's id, as in the log. */
  readonly runId: RunId
  /**
   * `succeeded`; `failed`: some jobs failed, all that could be made was made; `waiting`: the rest waits for people, see
   * `review`; `cancelled`; `stopped`: see `stopReason`.
   * Run again to continue from any of them.
   */
  readonly status: RunStatus
  /**
   * Of a run that was `stopped`: its budget is spent, a job failed and it was to fail fast, too many failed, a service did not answer,
   * or one refused whatever it was asked.
   */
  readonly stopReason?: StopReason
  /** Of a run that was `cancelled`. */
  readonly cancelReason?: CancelReason
  /** What a service that stopped the run has said, and what to do. */
  readonly stopMessage?: string
  /** Newest manifest revision. */
  readonly revision: number
  /** Jobs by how they ended. */
  readonly counts: RunCounts
  /** Of those that succeeded: whose artifacts come from the cache or from a job with the same inputs. */
  readonly reused: number
  /** Answers that checks rejected in this run, of jobs that succeeded in the end or not; absent: none. */
  readonly rejections?: RejectionCount
  /** Who has answered the jobs that several may answer, by producer; absent: there are none. */
  readonly services?: readonly AnswerRecord[]
  /** The jobs that failed in this run, by what their errors say, largest group first; absent when none did. */
  readonly failures?: readonly FailureGroup[]
  /** Artifacts that were to be made once more (`regenerate`) and stay as they are, since they are pinned; absent: none. */
  readonly pinned?: readonly ArtifactId[]
  /** The producers that the run was to end with, and those that it left out; absent: it was to make all. */
  readonly until?: UntilFacts
  /** The elements that the run was to make, when it was not to make all; absent: all. */
  readonly subset?: SubsetFacts
  /** Artifacts that are pinned or edited, and whose element is in no list any more: kept, and applied to nothing; absent: none. */
  readonly orphaned?: readonly ArtifactId[]
  /** Milliseconds. */
  readonly durationMs: number
  /** Of this run, in US dollars, failed attempts too. */
  readonly costUsd: number
  /** The most that attempts of this run may have cost besides, of which nobody says what they did; in US dollars; absent: nothing. */
  readonly uncertainCostUsd?: number
  /** What people have to judge before the rest is made; absent: nothing. */
  readonly review?: ReviewTally
  /** How the budgets stand after the run; absent without one. */
  readonly budgets?: readonly BudgetProgress[]
}

/** What the log says of the end of a run. */
export function recordedEnd(result: RunResult): RunFinish['result'] {
  const { runId, status, stopReason, stopMessage, counts, durationMs, costUsd } = result
  const stopped = stopReason && { stopReason, ...(stopMessage && { stopMessage }) }
  return { runId, status, ...stopped, counts, durationMs, costUsd }
}
