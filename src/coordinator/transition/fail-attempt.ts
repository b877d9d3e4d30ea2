import { ShowrunnerError } from '../../model/error/error.js'
import type { JobFailed } from '../../model/movie/event.js'
import { ownHash } from '../../plan/up-to-date/resolved-job.js'
import { nextPlace } from '../fallback/next-place.js'
import type { LiveRun, Turn } from '../live-run.js'
import type { ValuesFailed } from '../message.js'
import { type AfterFailure, afterFailure } from '../settlement/after-failure.js'
import { attemptCharge } from '../settlement/attempt-charge.js'
import type { ActiveJob, FailedAttempt, SettledFailure } from '../state/active-job.js'
import type { RunState } from '../state/run-state.js'

/** A job has failed at its provider: charges for the attempt, and records what it leads to. */
export function failSettled(turn: Turn, active: ActiveJob, settled: SettledFailure): void {
  const { state, settlement } = turn.run
  const { admission, movie } = state
  const { storeFull, isSoleSuspect } = settled.outcome
  const charge = attemptCharge(admission.money, movie, active, settled.outcome)
  active.permit = undefined
  failAttempt(turn, active, { settled, atMs: admission.health.nowMs, charge }, true)
  if (storeFull) settlement.breakOff(new ShowrunnerError('STORE_FULL', storeFull))
  if (isSoleSuspect && state.active.has(active.job)) active.suspectLosses++
}

/** Fails a job whose inputs cannot be read. */
export function failUnread(turn: Turn, { job, message }: ValuesFailed): void {
  const active = turn.run.state.active.get(job)
  if (active?.state !== 'loading') return
  const { jobId, attempt } = active
  const { timestamp } = turn.moment
  const error = { code: 'bug', message } as const
  turn.record({ type: 'job.failed', jobId, attempt, durationMs: 0, error, timestamp })
}

/**
 * Records what a failed attempt leads to; parks it while nobody can say.
 * @param isUndecided others are still to show whether the service or the job is to blame
 * @returns false: the attempt is parked, and nothing was recorded
 */
function failAttempt(turn: Turn, active: ActiveJob, failure: FailedAttempt, isUndecided: boolean): boolean {
  const { run, moment } = turn
  const { state } = run
  const alone = afterFailure(state, active, failure, moment, isUndecided)
  const place = nextPlace(state, active, failure.settled, alone)
  const next = place === undefined ? alone : state.halt === undefined ? AT_ONCE : RELEASE
  if (next.type === 'park') {
    state.park(active, failure)
    return false
  }
  state.parked.delete(active)
  const own = state.plan.targets.placeOf(active.target)
  const movesOn = place !== undefined && place > own
  turn.record(failed(state, active, failure, { willRetry: next.type !== 'fail', movesOn }, moment.timestamp))
  active.failure = undefined
  active.from = place ?? own
  if (next.type === 'release') state.release(active)
  if (next.type === 'retry') {
    active.retryAtMs = moment.nowMs + next.delayMs
    turn.perform({ type: 'arm-retry', job: active.job, delayMs: next.delayMs })
  }
  return true
}

/** Decides what can be decided of parked attempts. @returns how many were decided */
export function decideParked(turn: Turn): number {
  const { parked } = turn.run.state
  if (parked.size === 0) return 0
  let count = 0
  for (const active of [...parked])
    if (failAttempt(turn, active, active.failure!, isEvidenceDue(turn.run, active))) count++
  return count
}

/** Whether others are still to bring evidence on the service of a parked job. */
function isEvidenceDue({ state, schedule }: LiveRun, { target: own }: ActiveJob): boolean {
  const { admission, parked, tallies, plan } = state
  const { health } = admission
  if (health.inFlight(own) > 0 || schedule.hasMoreNow) return true
  return health.targetsOf(own).some(target => {
    if (admission.isExhausted(target)) return false
    const family = plan.targets.familyOf(target)
    if (schedule.hasReady(family)) return true
    let parkedCount = 0
    for (const active of parked) if (active.family.index === family) parkedCount++
    return tallies[family]!.active > parkedCount
  })
}

/** Elsewhere, or with whoever answers first. */
const AT_ONCE: AfterFailure = { type: 'retry', delayMs: 0 }
const RELEASE: AfterFailure = { type: 'release' }

function failed(
  state: RunState,
  { jobId, attempt, resolved, target }: ActiveJob,
  { settled: { outcome, durationMs }, charge }: FailedAttempt,
  { willRetry, movesOn }: { readonly willRetry: boolean; readonly movesOn: boolean },
  timestamp: string,
): JobFailed {
  const by = state.answeredBy(target)
  const { error, usage, answer, rejected, isOfStore } = outcome
  return {
    type: 'job.failed',
    jobId,
    attempt,
    durationMs,
    error,
    ...(by && { by }),
    ...(willRetry && { willRetry: true }),
    ...(movesOn && { movesOn }),
    ...(usage && Object.keys(usage).length > 0 && { usage }),
    ...charge,
    ...(answer !== undefined && { answer }),
    ...(error.code === 'rejected' &&
      resolved && { rejected: { inputsHash: ownHash(resolved), ...(rejected && { outputs: rejected }) } }),
    ...(isOfStore && { isOfStore }),
    timestamp,
  }
}
