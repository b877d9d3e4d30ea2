import { placeOfHash, resolvedFor } from '../../plan/up-to-date/resolved-job.js'
import type { ActiveJob } from '../state/active-job.js'
import type { RunState } from '../state/run-state.js'
import { openTarget } from './open-target.js'

/** Chooses who is to answer a job: who has its work already, or the first that answers now; of its models the one it names. */
export function aimJob(state: RunState, active: ActiveJob): void {
  const { plan, movie } = state
  const { targets } = plan
  const { family, job, resolved } = active
  const isAlone = targets.isAlone(family.index)
  if (resolved === undefined || (isAlone && !targets.haveModels)) return
  const checkpoint = movie.checkpoints.get(job)
  const place = isAlone || checkpoint?.isOver ? undefined : placeOfHash(resolved, checkpoint?.inputsHash)
  const target =
    place === undefined
      ? targetOfJob(state, active)
      : targets.forInputs(targets.of(family.index)[place]!, resolved.inputs)
  active.resolved = resolvedFor(resolved, targets.placeOf(target))
  if (target === active.target) return
  active.target = target
  beginCounting(active)
}

/** The target that a job would be sent to now, as {@link openTarget} has it, with the model that it names. */
export function targetOfJob(state: RunState, { family, from, resolved }: ActiveJob): number {
  const { targets } = state.plan
  if (resolved === undefined || !targets.haveModels) return openTarget(state, family, from)
  return openTarget(state, family, from, target => targets.forInputs(target, resolved.inputs))
}

/** Failures are counted for each that may answer by itself. */
function beginCounting(active: ActiveJob): void {
  active.failures = 0
  active.faultsAtMs = undefined
  active.call = undefined
  active.refusedAtMs = undefined
  active.refusals = 0
  active.rejections = 0
}
