import { targetOfJob } from '../fallback/aim-job.js'
import type { LiveRun } from '../live-run.js'
import type { ActiveJob } from '../state/active-job.js'
import type { RunState } from '../state/run-state.js'

/** Gives up targets whose service is given up. @returns jobs that still try it */
export function giveUpTargets({ state, schedule }: LiveRun): readonly number[] {
  const { admission, plan } = state
  const { health } = admission
  const given = new Set(
    health.giveUp(
      target => plan.families[plan.targets.familyOf(target)]!.producer.name,
      target => activeAt(state, target),
    ),
  )
  if (given.size === 0) return []
  const trying: number[] = []
  const elsewhere: ActiveJob[] = []
  for (const active of [...state.active.values()]) {
    const { target } = active
    if (!given.has(target) || active.state === 'parked') continue
    if (active.state === 'running') {
      if (health.isTry(target, active.permit?.call)) trying.push(active.job)
    } else if (health.givenUp(targetOfJob(state, active)) !== undefined) state.release(active)
    else if (active.state === 'held') elsewhere.push(active)
  }
  for (const target of given) schedule.held.drop(target)
  for (const active of elsewhere) {
    active.target = targetOfJob(state, active)
    schedule.held.push(active)
  }
  return trying
}

/** Jobs that are sent to a target, or wait to be. */
function activeAt({ plan, tallies, active }: RunState, target: number): number {
  const family = plan.targets.familyOf(target)
  if (plan.targets.isAlone(family)) return tallies[family]!.active
  let count = 0
  for (const job of active.values())
    if (plan.targets.baseOf(job.target) === plan.targets.baseOf(target)) count++
  return count
}
