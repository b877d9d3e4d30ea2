import { ShowrunnerError } from '../../model/error/error.js'
import type { JobSettled } from '../../model/job.js'
import type { MovieEvent } from '../../model/movie/event.js'
import { isFault } from '../limits/health/call-report.js'
import type { RunMessage } from '../message.js'
import { spentOn } from '../settlement/charge-attempt.js'
import type { ActiveJob } from './active-job.js'
import type { RunBoard } from './run-board.js'

/** Moves the run's own state along with an event that has just been folded into the movie's. */
export function followEvent(board: RunBoard, event: MovieEvent): void {
  if (event.type !== 'job.succeeded' && event.type !== 'job.failed' && event.type !== 'job.submitted') return
  const active = board.active.get(board.movie.slots.jobSlot(event.jobId))
  if (!active) return
  if (event.type === 'job.submitted') {
    if (active.permit) active.permit.hasSubmitted = true
    board.admission.health.taken(active.family.index, active.permit?.call)
    return
  }
  if (event.type === 'job.succeeded') {
    if (event.reused) board.reusedCount++
    board.settle(active.family, active.job, 'succeeded')
    return
  }
  const { health } = board.admission
  const atMs = active.failure?.atMs ?? health.nowMs
  if (event.error.code === 'worker_lost') active.losses++
  else if (event.error.code === 'rate_limited') {
    active.refusals++
    active.refusedAtMs ??= atMs
  } else {
    active.failures++
    if (isFault(event.error)) active.faultsAtMs = [...(active.faultsAtMs ?? []), atMs]
  }
  const isEnding = board.halt !== undefined || health.givenUp(active.family.index) !== undefined
  if (event.willRetry) active.state = 'backoff'
  else if (event.error.code === 'cancelled' && isEnding) board.release(active)
  else board.settle(active.family, active.job, 'failed')
}

/** Gives back what an attempt held at its provider. */
export function followSettled(board: RunBoard, active: ActiveJob, message: JobSettled): void {
  active.call = active.permit?.call
  if (active.permit) {
    const { index } = active.family
    const spent = board.admission.money.isCounted(index) ? spentOn(board, active, message.outcome) : 0
    board.admission.settle(index, active.permit, message, spent)
  }
}

/** The part of a message that changes only the run: what is loaded, and whether it goes on. */
export function followMessage(board: RunBoard, message: RunMessage): void {
  if (message.type === 'values.loaded') for (const value of message.values) board.loaded.add(value)
  if (message.type === 'run.cancel') board.stop('cancelled')
  if (message.type !== 'job.settled' || message.outcome.state !== 'failed') return
  const { storeFull, isSoleSuspect } = message.outcome
  if (storeFull) board.breakOff(new ShowrunnerError('STORE_FULL', storeFull))
  const active = isSoleSuspect && board.active.get(message.job)
  if (active) active.chargedLosses++
}
