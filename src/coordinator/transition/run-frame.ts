import type { RunFinish, StartRun } from '../message.js'
import type { Recorder } from './recorder.js'

/** The first events of a run: it has started, and what the user asked to regenerate. */
export function startRun(recorder: Recorder, { runId, regenerate }: StartRun): void {
  const { run, moment } = recorder
  const { plan, options } = run.state
  const { timestamp } = moment
  const { concurrency } = options
  recorder.record({ type: 'run.started', runId, planHash: plan.hash, concurrency, timestamp })
  if (regenerate !== undefined) recorder.record({ type: 'regenerate.requested', ...regenerate, timestamp })
}

/** No new jobs from now on; those that run are aborted, and their ends recorded. */
export function cancelRun(recorder: Recorder): void {
  const { state, settlement } = recorder.run
  const running = [...state.active.values()].filter(active => active.state === 'running')
  recorder.perform({ type: 'cancel', jobs: running.map(({ job }) => job), reason: 'cancelled' })
  settlement.stop('cancelled')
}

/** The last event of a run. */
export function finishRun(recorder: Recorder, { result }: RunFinish): void {
  recorder.record({ type: 'run.finished', ...result, timestamp: recorder.moment.timestamp })
}
