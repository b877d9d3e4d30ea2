import type { JobOutcome } from '../../model/job.js'
import type { Checkpoint } from '../../model/movie/manifest.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Charge } from '../limits/budget/charge.js'
import type { AttemptMoney } from '../run-limits.js'
import type { ActiveJob } from '../state/active-job.js'
import { keepsCheckpoint } from '../state/keeps-checkpoint.js'

/** What an attempt that has settled is charged, by its outcome and by the checkpoint that it leaves. */
export function attemptCharge(
  money: AttemptMoney,
  movie: MovieState,
  { target, job, permit }: ActiveJob,
  outcome: JobOutcome,
): Charge {
  if (permit === undefined) return {}
  const checkpoint = checkpointOf(movie, job)
  const isKept = outcome.state === 'failed' && keepsCheckpoint(outcome)
  return money.chargeOf(target, permit, outcome, { checkpoint, isKept })
}

/** What budgets count for it, in US dollars: the same, and the most that work may cost which goes on at a service. */
export function spentOn(
  money: AttemptMoney,
  movie: MovieState,
  active: ActiveJob,
  outcome: JobOutcome,
): number {
  const { costUsd, uncertainCostUsd } = attemptCharge(money, movie, active, outcome)
  const charged = costUsd ?? uncertainCostUsd
  if (charged !== undefined || outcome.state === 'succeeded' || !keepsCheckpoint(outcome)) return charged ?? 0
  const { permit } = active
  const checkpoint = permit?.isResumed || permit?.hasSubmitted ? checkpointOf(movie, active.job) : undefined
  return checkpoint?.isOver ? 0 : (checkpoint?.uncertainCostUsd ?? 0)
}

const checkpointOf = (movie: MovieState, job: number): Checkpoint | undefined =>
  movie.checkpoints.size > 0 ? movie.checkpoints.get(job) : undefined
