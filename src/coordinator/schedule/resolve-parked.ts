import type { MovieEvent } from '../../model/movie/event.js'
import type { Moment } from '../decision.js'
import type { Effect } from '../effect.js'
import { mayLearn } from '../settlement/give-up-families.js'
import { settleFailure } from '../settlement/settle-failure.js'
import { followEvent } from '../state/follow.js'
import type { RunBoard } from '../state/run-board.js'

/** Decides what can be decided of jobs that wait for evidence. @returns how many were decided */
export function resolveParked(
  board: RunBoard,
  moment: Moment,
  record: (event: MovieEvent) => void,
  effects: Effect[],
): number {
  let count = 0
  for (const active of [...board.parked]) {
    const decision = settleFailure(board, active, active.failure!, moment, mayLearn(board, active))
    if (decision.parks) continue
    count++
    board.parked.delete(active)
    for (const event of decision.events) {
      record(event)
      followEvent(board, event)
    }
    active.failure = undefined
    if (decision.isReleased) board.release(active)
    effects.push(...decision.effects)
  }
  return count
}
