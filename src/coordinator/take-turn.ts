import type { MovieEvent } from '../model/movie/event.js'
import { currentAttempt, decide } from './decide.js'
import type { Moment } from './decision.js'
import type { Effect } from './effect.js'
import type { Mail } from './mailbox.js'
import type { ControlMessage, DataMessage, RunMessage } from './message.js'
import { judgeReady } from './schedule/judge-ready.js'
import { resolveParked } from './schedule/resolve-parked.js'
import { Starter } from './schedule/start-jobs.js'
import { giveUpFamilies } from './settlement/give-up-families.js'
import { stopWhenExhausted, stopWhenPaused } from './settlement/stop-run.js'
import { followEvent, followMessage, followSettled } from './state/follow.js'
import type { RunBoard } from './state/run-board.js'

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
    const settled = message.type === 'job.settled' ? currentAttempt(board, message) : undefined
    // First of all, since whose fault a failure was depends on what has come before.
    if (settled && message.type === 'job.settled') followSettled(board, settled, message)
    const decision = decide(board, message, moment)
    if (settled) settled.permit = undefined
    if (settled && decision.parks) board.park(settled, decision.parks)
    for (const event of decision.events) {
      record(event)
      followEvent(board, event)
    }
    if (settled && decision.isReleased) board.release(settled)
    followMessage(board, message)
    effects.push(...decision.effects)
  }
  const starter = new Starter(board, record, timestamp)
  for (const message of mail.control) apply(message)
  for (const message of mail.data) apply(message)
  const trying = giveUpFamilies(board)
  if (trying.length > 0) effects.push({ type: 'cancel', jobs: trying, reason: 'cancelled' })
  resolveParked(board, moment, record, effects)
  // Only now: a cancel or a failure in the same mail may have halted the run.
  for (const message of mail.control) {
    if (message.type === 'values.loaded') starter.resume(message.job)
    if (message.type === 'job.retry') starter.retry(message.job)
  }
  do {
    judgeReady(board, record, timestamp)
    starter.startReady()
    // With nobody left to bring evidence, jobs that waited for it are decided, and their places are free.
  } while (resolveParked(board, moment, record, effects) > 0)
  stopWhenExhausted(board)
  board.loaded.trim()
  for (const event of board.admission.adjustments(timestamp)) record(event)
  for (const effect of effects) noteRetry(board, effect, moment.nowMs)
  effects.push(...starter.finish())
  const delayMs = board.admission.endTurn()
  stopWhenPaused(board, delayMs)
  if (delayMs !== undefined) effects.push({ type: 'arm-admission', delayMs })
  return effects
}

function noteRetry(board: RunBoard, effect: Effect, nowMs: number): void {
  const active = effect.type === 'arm-retry' ? board.active.get(effect.job) : undefined
  if (active && effect.type === 'arm-retry') active.retryAtMs = nowMs + effect.delayMs
}
