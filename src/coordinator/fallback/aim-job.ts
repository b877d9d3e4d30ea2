import { placeOfHash, resolvedFor } from '../../plan/up-to-date/resolved-job.js'
import type { ActiveJob } from '../state/active-job.js'
import type { RunState } from '../state/run-state.js'
import { openTarget } from './open-target.js'

/** Chooses who is to answer a job: who has its work already, or the first that answers now. */
export function aimJob(state: RunState, active: ActiveJob): void {
  const { plan, movie } = state
  const { targets } = plan
  const { family, job, resolved, from } = active
  if (resolved === undefined || targets.isAlone(family.index)) return
  const checkpoint = movie.checkpoints.get(job)
  const place = checkpoint?.isOver ? undefined : placeOfHash(resolved, checkpoint?.inputsHash)
  const target = place === undefined ? openTarget(state, family, from) : targets.of(family.index)[place]!
  active.resolved = resolvedFor(resolved, targets.placeOf(target))
  if (target === active.target) return
  active.target = target
  beginCounting(active)
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
