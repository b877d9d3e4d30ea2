import type { JobError } from '../../model/movie/event.js'
import { ownHash } from '../../plan/up-to-date/resolved-job.js'
import type { Blame } from '../limits/health/call.js'
import { isFault, isOfSetup } from '../limits/health/call-report.js'
import type { ActiveJob, FailedAttempt, SettledFailure } from '../state/active-job.js'
import type { RunState } from '../state/run-state.js'
import type { Moment } from '../transition/moment.js'
import { REFUSAL_LIMIT, retryDelayMs } from './retry-delay.js'

/** Jobs that may wait at once for evidence whose fault their last failure was. */
const PARKED_LIMIT = 10_000

/** What follows a failed attempt. */
export type AfterFailure =
  | { readonly type: 'retry'; readonly delayMs: number }
  /** The job has failed for this run. */
  | { readonly type: 'fail' }
  /** The job leaves this run as it is; the next run tries it again. */
  | { readonly type: 'release' }
  /** It was the last attempt, and nobody knows yet whether the service or the job is to blame. */
  | { readonly type: 'park' }

/** Answers in all of a job without a check when they cannot be used: one more is worth its price, ten are not. */
const UNUSABLE_ANSWERS = 2

const FAIL: AfterFailure = { type: 'fail' }
const RELEASE: AfterFailure = { type: 'release' }
const PARK: AfterFailure = { type: 'park' }
const AGAIN: AfterFailure = { type: 'retry', delayMs: 0 }

/**
 * Decides what follows a failed attempt. Changes nothing.
 * @param isEvidenceDue others are still to show whether the service or the job is to blame
 */
export function afterFailure(
  state: RunState,
  active: ActiveJob,
  failure: FailedAttempt,
  moment: Moment,
  isEvidenceDue: boolean,
): AfterFailure {
  const { settled } = failure
  const { error } = settled.outcome
  const { health } = state.admission
  const { target } = active
  const { producer } = active.family
  if (error.code === 'rejected') return afterRejection(state, active)
  const blame = blameOf(active, failure, state)
  const next = nextOf(state, active, settled, moment)
  if (state.halt !== undefined || health.givenUp(target) !== undefined) {
    const isOpen = active.state === 'parked' || (health.givenUp(target) !== undefined && stays(blame, next))
    return isOpen ? RELEASE : FAIL
  }
  if (next.delayMs !== undefined) return { type: 'retry', delayMs: next.delayMs }
  if (blame === 'own' || !(isFault(error) || isOfSetup(error))) return FAIL
  // Refused like everybody: the run is about to give its service up.
  if (blame === 'waived' && isOfSetup(error)) return PARK
  const delayMs = Math.round(moment.random() * producer.retry.baseDelayMs * 2 ** Math.min(active.failures, 5))
  if (blame === 'waived') return { type: 'retry', delayMs }
  if (isEvidenceDue && state.parked.size < PARKED_LIMIT) return PARK
  // Nothing was paid, and nobody was answered since: the service is tried on, until that is an outage or an answer.
  return error.isUnserved ? { type: 'retry', delayMs } : FAIL
}

/** It is asked again at once, with the reasons; by the next run, where this one takes no new jobs. */
function afterRejection({ movie, halt, admission }: RunState, active: ActiveJob): AfterFailure {
  const { job, family, resolved, rejections } = active
  const told = movie.feedback.get(job)
  // Those of an earlier run count, when that has ended in between.
  const before =
    told !== undefined && told.inputsHash === (resolved && ownHash(resolved)) ? told.rejections : 0
  if (Math.max(rejections, before) + 1 >= (family.producer.check?.attempts ?? UNUSABLE_ANSWERS)) return FAIL
  const isEnding = halt !== undefined || admission.health.givenUp(active.target) !== undefined
  return isEnding ? RELEASE : AGAIN
}

function blameOf(
  active: ActiveJob,
  { settled, atMs }: FailedAttempt,
  { admission: { health } }: RunState,
): Blame {
  const { error, isOfStore } = settled.outcome
  if (isOfStore) return 'own'
  const blame = health.blame(active.target, active.call, error, atMs)
  if (blame !== 'waived' || !isFault(error)) return blame
  const earlier = active.faultsAtMs ?? []
  const isExcused =
    health.waivedCount(active.target, [...earlier, atMs]) > health.waivedCount(active.target, earlier)
  return isExcused ? 'waived' : 'own'
}

interface Next {
  /** Until the next attempt; undefined: that was the last one. */
  readonly delayMs: number | undefined
}

const stays = (blame: Blame, { delayMs }: Next): boolean => blame !== 'own' || delayMs !== undefined

function nextOf(state: RunState, active: ActiveJob, settled: SettledFailure, moment: Moment): Next {
  const { error, isSoleSuspect = false } = settled.outcome
  const { health } = state.admission
  const { target } = active
  const { producer } = active.family
  const failures = active.failures - health.waivedCount(target, active.faultsAtMs ?? [])
  // While nobody is served, to be refused once more is no sign of anything.
  const isAlone = active.refusedAtMs === undefined || health.hasServedSince(target, active.refusedAtMs)
  const refusals = isAlone ? active.refusals : Math.min(active.refusals, REFUSAL_LIMIT - 2)
  const history = { failures, refusals, losses: active.suspectLosses, isSoleSuspect }
  return { delayMs: retryDelayMs(told(error, settled), history, producer.retry, moment.random()) }
}

/** The delay may stand in the headers of the response only. */
function told(error: JobError, { limits }: SettledFailure): JobError {
  const retryAfterMs = error.retryAfterMs ?? limits?.retryAfterMs
  return retryAfterMs === undefined ? error : { ...error, retryAfterMs }
}
