import type { LiveRun } from '../live-run.js'
import type { ActiveJob } from '../state/active-job.js'

/** Gives up families whose service is given up. @returns jobs of theirs that still try it */
export function giveUpFamilies({ state, schedule }: LiveRun): readonly number[] {
  const { health } = state.admission
  const families = new Set(health.giveUp(family => state.plan.families[family]!.producer.name))
  if (families.size === 0) return []
  const trying: number[] = []
  for (const active of [...state.active.values()]) {
    if (!families.has(active.family.index) || active.state === 'parked') continue
    if (active.state !== 'running') state.release(active)
    else if (health.isTry(active.family.index, active.permit?.call)) trying.push(active.job)
  }
  for (const family of families) schedule.held.drop(family)
  return trying
}

/** Whether others are still to bring evidence on the service of a parked job. */
export function isEvidenceDue({ state, schedule }: LiveRun, { family: { index } }: ActiveJob): boolean {
  const { admission, parked, tallies } = state
  const { health } = admission
  if (health.inFlight(index) > 0 || schedule.hasUnjudged) return true
  return health.familiesOf(index).some(family => {
    if (admission.isExhausted(family)) return false
    if (schedule.hasReady(family)) return true
    let parkedCount = 0
    for (const active of parked) if (active.family.index === family) parkedCount++
    return tallies[family]!.active > parkedCount
  })
}
