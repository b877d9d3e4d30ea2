import { OUTAGE_WAIT_MS } from '../limits/health/give-up.js'
import type { ActiveJob } from '../state/active-job.js'
import type { RunBoard } from '../state/run-board.js'

/** Stops a run when nothing is active, and what is left does not fit into its budget or has been given up. */
export function stopWhenExhausted(board: RunBoard): void {
  if (board.active.size > 0 || board.hasFrontier || board.unsettledCount === 0) return
  const { admission, plan } = board
  const isOver = (family: number) => admission.isExhausted(family)
  if (!plan.families.some(({ index }) => isOver(index))) return
  if (!plan.families.every(({ index }) => !board.hasReady(index) || isOver(index))) return
  const given = plan.families.flatMap(({ index }) => admission.health.givenUp(index) ?? [])
  const messages = [...new Set(given.map(({ message }) => message))]
  if (given.length === 0) board.stop('stopped', 'budget')
  else board.stop('stopped', given[0]!.reason, messages.join('\n'))
}

/**
 * Stops a run when all that is left waits, and for longer than a run waits.
 * @param opensInMs until admission lets something start; undefined: nothing will by itself
 */
export function stopWhenPaused(board: RunBoard, opensInMs: number | undefined): void {
  if (board.halt !== undefined || board.hasFrontier || board.unsettledCount === 0) return
  const { nowMs } = board.admission.health
  let wakesAtMs = nowMs + (opensInMs ?? Number.POSITIVE_INFINITY)
  let waiting: ActiveJob | undefined
  for (const active of board.active.values()) {
    if (active.state !== 'backoff' && active.state !== 'held') return
    // Another run has what it waits for.
    if (active.state === 'held' && opensInMs === undefined) return
    if (active.state === 'held') continue
    waiting ??= active
    wakesAtMs = Math.min(wakesAtMs, active.retryAtMs)
  }
  const pauseMs = wakesAtMs - nowMs
  if (!Number.isFinite(pauseMs) || pauseMs <= (board.options.outageWaitMs ?? OUTAGE_WAIT_MS)) return
  const error = waiting && board.movie.errors.get(waiting.job)
  const said = error === undefined ? '' : ` (${error.code}: ${error.message})`
  board.stop(
    'stopped',
    'refused',
    `What is left may be sent in ${Math.round(pauseMs / 60_000)} min and not before, as its service says${said}. Its jobs stay open. Run again then: it continues. How long a run waits: --outage-wait, or outageWaitMs.`,
  )
}
