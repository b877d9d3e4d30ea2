import type { MovieEvent } from '../model/event.js'
import type { Moment } from './decision.js'
import type { Effect } from './effect.js'
import { followEvent } from './follow.js'
import { mayLearn } from './give-up-families.js'
import type { RunBoard } from './run-board.js'
import { settleFailure } from './settle-failure.js'

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
