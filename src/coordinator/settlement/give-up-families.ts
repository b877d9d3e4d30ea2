import type { LiveRun } from '../live-run.js'

/** Gives up families whose service is given up. @returns jobs of theirs that still try it */
export function giveUpFamilies({ state, schedule }: LiveRun): readonly number[] {
  const { health } = state.admission
  const families = new Set(
    health.giveUp(
      family => state.plan.families[family]!.producer.name,
      family => state.tallies[family]!.active,
    ),
  )
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
