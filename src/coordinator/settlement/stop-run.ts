import { openTarget } from '../fallback/open-target.js'
import { OUTAGE_WAIT_MS } from '../limits/health/give-up.js'
import type { LiveRun } from '../live-run.js'
import type { ActiveJob } from '../state/active-job.js'

/** Stops a run when nothing is active, and all jobs that are left exceed its budget or were given up. */
export function stopWhenExhausted({ state, schedule, settlement }: LiveRun): void {
  if (state.active.size > 0 || schedule.hasMoreNow || schedule.unsettledCount === 0) return
  const { admission, plan } = state
  const { health } = admission
  const isGivenUp = (target: number) => health.givenUp(target) !== undefined
  const last = plan.families.map(family => openTarget(state, family))
  const isOver = (family: number) => admission.isExhausted(last[family]!)
  // What is left may all be of a model that was given up, where jobs name their models.
  const isPartlyOver = (family: number) => plan.targets.modelsOf(family).some(isGivenUp)
  if (!plan.families.some(({ index }) => isOver(index) || isPartlyOver(index))) return
  if (!plan.families.every(({ index }) => !schedule.hasReady(index) || isOver(index))) return
  // Where one of those that may answer still would, and its budget is spent, that is the reason.
  const given = plan.families.flatMap(({ index }) => {
    const models = plan.targets.modelsOf(index)
    const isLastGiven = isGivenUp(last[index]!)
    if (isOver(index) && !isLastGiven) return []
    const targets = isLastGiven ? [...plan.targets.of(index), ...models] : models
    return targets.flatMap(target => health.givenUp(target) ?? [])
  })
  const messages = [...new Set(given.map(({ message }) => message))]
  if (given.length === 0) settlement.stop('stopped', 'budget')
  else settlement.stop('stopped', given[0]!.reason, messages.join('\n'))
}

/**
 * Stops a run when all jobs that are left wait, and for longer than a run is to wait.
 * @param opensInMs until admission lets something start; undefined: nothing will by itself
 */
export function stopWhenPaused(
  { state, schedule, settlement }: LiveRun,
  opensInMs: number | undefined,
): void {
  if (state.halt !== undefined || schedule.hasMoreNow || schedule.unsettledCount === 0) return
  const { nowMs } = state.admission.health
  let wakesAtMs = nowMs + (opensInMs ?? Number.POSITIVE_INFINITY)
  let waiting: ActiveJob | undefined
  for (const active of state.active.values()) {
    if (active.state !== 'backoff' && active.state !== 'held') return
    // Another run has what it waits for.
    if (active.state === 'held' && opensInMs === undefined) return
    if (active.state === 'held') continue
    waiting ??= active
    wakesAtMs = Math.min(wakesAtMs, active.retryAtMs)
  }
  const pauseMs = wakesAtMs - nowMs
  if (!Number.isFinite(pauseMs) || pauseMs <= (state.options.outageWaitMs ?? OUTAGE_WAIT_MS)) return
  const error = waiting && state.movie.errors.get(waiting.job)
  const said = error === undefined ? '' : ` (${error.code}: ${error.message})`
  settlement.stop(
    'stopped',
    'refused',
    `The service accepts no calls for another ${Math.round(pauseMs / 60_000)} min${said}. The remaining jobs stay open: run again after that to continue. To let a run wait longer, set --outage-wait or outageWaitMs.`,
  )
}
