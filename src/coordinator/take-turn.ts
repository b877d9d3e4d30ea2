import type { MovieEvent } from '../model/event.js'
import { currentAttempt, decide, type Moment } from './decide.js'
import type { Effect } from './effect.js'
import { followEvent, followMessage, followSettled } from './follow.js'
import type { Mail } from './mailbox.js'
import type { ControlMessage, DataMessage, RunMessage } from './message.js'
import type { RunBoard } from './run-board.js'
import { Starter } from './start-jobs.js'

export interface TurnMoment extends Moment {
  /** On a clock that never goes back. */
  readonly nowMs: number
}

/**
 * One turn of the loop: everything the mail asks for, and what may start after it. Pure but for the board, which it
 * moves along; a run and its rehearsal both consist of such turns.
 *
 * @param record folds an event into the movie's state, and keeps it for the log
 * @returns what is to be done once the events are durable
 */
export function takeTurn(
  board: RunBoard,
  mail: Mail<ControlMessage, DataMessage>,
  moment: TurnMoment,
  record: (event: MovieEvent) => void,
): readonly Effect[] {
  const { timestamp } = moment
  const effects: Effect[] = []
  board.admission.beginTurn(moment.nowMs)
  const apply = (message: RunMessage) => {
    const decision = decide(board, message, moment)
    if (message.type === 'job.settled') {
      const settled = currentAttempt(board, message)
      if (settled) followSettled(board, settled, message)
    }
    for (const event of decision.events) {
      record(event)
      followEvent(board, event)
    }
    followMessage(board, message)
    effects.push(...decision.effects)
  }
  const starter = new Starter(board, record, timestamp)
  for (const message of mail.control) apply(message)
  for (const message of mail.data) apply(message)
  // Only now: a cancel or a failure in the same mail may have halted the run.
  for (const message of mail.control) {
    if (message.type === 'values.loaded') starter.resume(message.job)
    if (message.type === 'job.retry') starter.retry(message.job)
  }
  board.judgeReady(record, timestamp)
  starter.startReady()
  board.stopWhenExhausted()
  board.loaded.trim()
  for (const event of board.admission.adjustments(timestamp)) record(event)
  effects.push(...starter.finish())
  const delayMs = board.admission.endTurn()
  if (delayMs !== undefined) effects.push({ type: 'arm-admission', delayMs })
  return effects
}
