import type { Turn } from '../live-run.js'
import type { RunFinish, StartRun } from '../message.js'
import { withdrawReviews } from './review-settled.js'

/** The first events of a run: it has started, and what the user asked to regenerate. */
export function startRun(turn: Turn, { runId, regenerate, moved }: StartRun): void {
  const { run, moment } = turn
  const { plan, options } = run.state
  const { timestamp } = moment
  const { concurrency } = options
  turn.record({
    type: 'run.started',
    runId,
    planHash: plan.hash,
    concurrency,
    ...(options.until && { until: options.until.producers }),
    ...(moved && { moved }),
    timestamp,
  })
  if (regenerate !== undefined) turn.record({ type: 'regenerate.requested', ...regenerate, timestamp })
  withdrawReviews(turn)
}

/** No new jobs from now on; those that run are aborted, and their ends recorded. */
export function cancelRun(turn: Turn): void {
  const { state, settlement } = turn.run
  const running = [...state.active.values()].filter(active => active.state === 'running')
  turn.perform({ type: 'cancel', jobs: running.map(({ job }) => job), reason: 'cancelled' })
  settlement.stop('cancelled')
}

/** The last event of a run. */
export function finishRun(turn: Turn, { result }: RunFinish): void {
  turn.record({ type: 'run.finished', ...result, timestamp: turn.moment.timestamp })
}
