import type { Checkpoint } from '../../model/movie/manifest.js'
import type { AfterFailure } from '../settlement/after-failure.js'
import type { ActiveJob, SettledFailure } from '../state/active-job.js'
import { keepsCheckpoint } from '../state/keeps-checkpoint.js'
import type { RunState } from '../state/run-state.js'
import { isCovered } from './is-covered.js'

/**
 * The place of the first target that a job may be sent to after a failure, at once, in place of what would follow if
 * there were one target only; undefined: that follows. Its own retries come first, unless they lead nowhere: to a
 * service that refuses everybody, or that asks for more patience than `retry.maxDelay`. Of one that answers nobody the
 * place is given itself: it is tried again where no other answers either. Work that the service has taken, and that may
 * be paid for, is waited for there. Changes nothing.
 */
export function nextPlace(
  { plan, movie, admission, halt }: RunState,
  active: ActiveJob,
  { outcome }: SettledFailure,
  next: AfterFailure,
): number | undefined {
  const { targets } = plan
  const { family, target } = active
  if (targets.isAlone(family.index)) return undefined
  const { error, isOfStore } = outcome
  const { fallbackOn, retry } = family.producer
  // One that tried a service which the run has just given up.
  const isDropped = error.code === 'cancelled' && halt === undefined
  if (isOfStore || !(isDropped || isCovered(fallbackOn, error))) return undefined
  if (isUnderWay(active, outcome, movie.checkpoints.get(active.job))) return undefined
  const place = targets.placeOf(target)
  const later = targets.of(family.index).slice(place + 1)
  const found = later.find(each => admission.health.givenUp(each) === undefined)
  if (found === undefined) return undefined
  const isOver = next.type !== 'retry' || next.delayMs > retry.maxDelayMs
  const isRefusedEnough = error.code === 'rate_limited' && active.refusals + 1 >= retry.attempts
  if (isOver || isRefusedEnough) return targets.placeOf(found)
  return admission.closedBy(target, retry.maxDelayMs) === undefined ? undefined : place
}

/** The next attempt goes on with what the service has taken. */
function isUnderWay(
  { resolved }: ActiveJob,
  outcome: SettledFailure['outcome'],
  checkpoint: Checkpoint | undefined,
): boolean {
  if (checkpoint === undefined || checkpoint.isOver) return false
  return checkpoint.inputsHash === resolved?.inputsHash && keepsCheckpoint(outcome)
}
