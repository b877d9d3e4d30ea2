import type { ActiveJob } from '../state/active-job.js'
import type { RunBoard } from '../state/run-board.js'

/** Gives up families whose service is given up. @returns jobs of theirs that still try it */
export function giveUpFamilies(board: RunBoard): readonly number[] {
  const { health } = board.admission
  const families = new Set(health.giveUp(family => board.plan.families[family]!.producer.name))
  if (families.size === 0) return []
  const trying: number[] = []
  for (const active of [...board.active.values()]) {
    if (!families.has(active.family.index) || active.state === 'parked') continue
    if (active.state !== 'running') board.release(active)
    else if (health.isTry(active.family.index, active.permit?.call)) trying.push(active.job)
  }
  for (const family of families) board.held.drop(family)
  return trying
}

/** Whether somebody else is still to bring evidence on the service of a job's last failure. */
export function mayLearn(board: RunBoard, { family: { index } }: ActiveJob): boolean {
  const { health } = board.admission
  if (health.inFlight(index) > 0 || board.hasFrontier) return true
  return health.familiesOf(index).some(family => {
    if (board.admission.isExhausted(family)) return false
    if (board.hasReady(family)) return true
    let parked = 0
    for (const active of board.parked) if (active.family.index === family) parked++
    return board.tallies[family]!.active > parked
  })
}
