import type { JobError, MovieEvent } from '../../model/movie/event.js'
import type { Decision, Moment } from '../decision.js'
import type { Blame } from '../limits/health/call.js'
import { isFault, isOfSetup } from '../limits/health/call-report.js'
import { REFUSAL_LIMIT, retryDelayMs } from '../schedule/retry-delay.js'
import type { ActiveJob } from '../state/active-job.js'
import type { FailedJob, Failure } from '../state/failure.js'
import type { RunBoard } from '../state/run-board.js'

/** Jobs that may wait at once for evidence whose fault their last failure was. */
const PARKED_LIMIT = 10_000

/**
 * What a failed attempt leads to: another one, the job's end, or, when it was the last one and nobody knows whether the
 * service or the job is to blame, a wait for evidence.
 *
 * @param mayLearn others are still to bring evidence
 */
export function settleFailure(
  board: RunBoard,
  active: ActiveJob,
  failure: Failure,
  moment: Moment,
  mayLearn: boolean,
): Decision {
  const { settled } = failure
  const { error } = settled.outcome
  const { health } = board.admission
  const { index, producer } = active.family
  const blame = blameOf(active, failure, board)
  const next = nextOf(board, active, settled, moment)
  if (board.halt !== undefined || health.givenUp(index) !== undefined) {
    const isOpen = active.state === 'parked' || (health.givenUp(index) !== undefined && stays(blame, next))
    return { events: [failed(active, failure, isOpen, moment)], effects: [], isReleased: isOpen }
  }
  if (next.delayMs !== undefined) return again(active, failure, next.delayMs, moment)
  if (blame === 'own' || !(isFault(error) || isOfSetup(error)))
    return { events: [failed(active, failure, false, moment)], effects: [] }
  // Refused like everybody: the run is about to give its service up.
  if (blame === 'waived' && isOfSetup(error)) return parking(failure)
  const delayMs = Math.round(moment.random() * producer.retry.baseDelayMs * 2 ** Math.min(active.failures, 5))
  if (blame === 'waived') return again(active, failure, delayMs, moment)
  if (mayLearn && board.parked.size < PARKED_LIMIT) return parking(failure)
  // Nothing was paid, and nobody was answered since: the service is tried on, until that is an outage or an answer.
  if (error.isUnserved) return again(active, failure, delayMs, moment)
  return { events: [failed(active, failure, false, moment)], effects: [] }
}

const parking = (parks: Failure): Decision => ({ events: [], effects: [], parks })

function blameOf(active: ActiveJob, { settled, atMs }: Failure, { admission: { health } }: RunBoard): Blame {
  const { error, isOfStore } = settled.outcome
  if (isOfStore) return 'own'
  const blame = health.blame(active.family.index, active.call, error, atMs)
  if (blame !== 'waived' || !isFault(error)) return blame
  const earlier = active.faultsAtMs ?? []
  const isExcused =
    health.waivedCount(active.family.index, [...earlier, atMs]) >
    health.waivedCount(active.family.index, earlier)
  return isExcused ? 'waived' : 'own'
}

interface Next {
  /** Until the next attempt; undefined: that was the last one. */
  readonly delayMs: number | undefined
}

const stays = (blame: Blame, { delayMs }: Next): boolean => blame !== 'own' || delayMs !== undefined

function nextOf(board: RunBoard, active: ActiveJob, settled: FailedJob, moment: Moment): Next {
  const { error, isSoleSuspect = false } = settled.outcome
  const { health } = board.admission
  const { index, producer } = active.family
  const failures = active.failures - health.waivedCount(index, active.faultsAtMs ?? [])
  // While nobody is served, to be refused once more is no sign of anything.
  const isAlone = active.refusedAtMs === undefined || health.hasServedSince(index, active.refusedAtMs)
  const refusals = isAlone ? active.refusals : Math.min(active.refusals, REFUSAL_LIMIT - 2)
  const history = { failures, refusals, losses: active.chargedLosses, isSoleSuspect }
  return { delayMs: retryDelayMs(told(error, settled), history, producer.retry, moment.random()) }
}

function again(active: ActiveJob, failure: Failure, delayMs: number, moment: Moment): Decision {
  const effect = { type: 'arm-retry', job: active.job, delayMs } as const
  return { events: [failed(active, failure, true, moment)], effects: [effect] }
}

function failed(
  { jobId, attempt }: ActiveJob,
  { settled: { outcome, durationMs }, charge }: Failure,
  willRetry: boolean,
  { timestamp }: Moment,
): MovieEvent {
  const { error, usage, answer, isOfStore } = outcome
  return {
    type: 'job.failed',
    jobId,
    attempt,
    durationMs,
    error,
    ...(willRetry && { willRetry: true }),
    ...(usage && Object.keys(usage).length > 0 && { usage }),
    ...charge,
    ...(answer !== undefined && { answer }),
    ...(isOfStore && { isOfStore }),
    timestamp,
  }
}

/** The delay may stand in the headers of the response only. */
function told(error: JobError, { limits }: FailedJob): JobError {
  const retryAfterMs = error.retryAfterMs ?? limits?.retryAfterMs
  return retryAfterMs === undefined ? error : { ...error, retryAfterMs }
}
