import type { JobSettled } from '../../model/job.js'
import { spentOn } from '../settlement/attempt-charge.js'
import type { ActiveJob } from '../state/active-job.js'
import type { RunState } from '../state/run-state.js'

/** An attempt has ended: gives back what it held at its provider. */
export function returnPermit({ admission, movie }: RunState, active: ActiveJob, message: JobSettled): void {
  const { permit, target } = active
  active.call = permit?.call
  if (permit === undefined) return
  const isCounted = admission.money.isCounted(target)
  const spent = isCounted ? spentOn(admission.money, movie, active, message.outcome) : 0
  admission.settle(target, permit, message, spent)
}
