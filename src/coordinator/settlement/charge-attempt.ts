import type { JobOutcome } from '../../model/job.js'
import type { Charge } from '../limits/budget/attempt-cost.js'
import type { ActiveJob } from '../state/active-job.js'
import type { RunBoard } from '../state/run-board.js'
import { keepsCheckpoint } from './keeps-checkpoint.js'

/** What an attempt that has settled is charged, by its outcome and by the checkpoint that it leaves. */
export function chargeOf(board: RunBoard, { family, job, permit }: ActiveJob, outcome: JobOutcome): Charge {
  if (permit === undefined) return {}
  const checkpoint = checkpointOf(board, job)
  const isKept = outcome.state === 'failed' && keepsCheckpoint(outcome)
  return board.admission.money.chargeOf(family.index, permit, outcome, { checkpoint, isKept })
}

/** The same for budgets, in US dollars: with the most that work may cost which goes on at a service. */
export function spentOn(board: RunBoard, active: ActiveJob, outcome: JobOutcome): number {
  const { cost, uncertainCost } = chargeOf(board, active, outcome)
  const charged = cost ?? uncertainCost
  if (charged !== undefined || outcome.state === 'succeeded' || !keepsCheckpoint(outcome)) return charged ?? 0
  const { permit } = active
  const checkpoint = permit?.isResumed || permit?.hasSubmitted ? checkpointOf(board, active.job) : undefined
  return checkpoint?.isOver ? 0 : (checkpoint?.uncertainCost ?? 0)
}

const checkpointOf = ({ movie }: RunBoard, job: number) =>
  movie.checkpoints.size > 0 ? movie.checkpoints.get(job) : undefined
