import { giveUpFamilies } from '../settlement/give-up-families.js'
import { stopWhenExhausted, stopWhenPaused } from '../settlement/stop-run.js'
import { Dispatcher } from './dispatcher.js'
import { decideParked } from './fail-attempt.js'
import { judgeReady } from './judge-ready.js'
import type { Recorder } from './recorder.js'

/** The end of each turn: judges and starts what its messages have made possible, and stops a run that cannot go on. */
export function startJobs(recorder: Recorder): void {
  const { run } = recorder
  const { timestamp } = recorder.moment
  const { admission, loaded } = run.state
  const trying = giveUpFamilies(run)
  if (trying.length > 0) recorder.perform({ type: 'cancel', jobs: trying, reason: 'cancelled' })
  decideParked(recorder)
  const dispatcher = new Dispatcher(recorder)
  for (const active of run.schedule.takeDue()) dispatcher.resume(active)
  do {
    judgeReady(recorder)
    dispatcher.startReady()
    // With nobody left to bring evidence, parked attempts are decided, and their places are free.
  } while (decideParked(recorder) > 0)
  stopWhenExhausted(run)
  loaded.trim()
  for (const change of admission.learned()) recorder.record({ type: 'limit.adjusted', ...change, timestamp })
  dispatcher.dispatch()
  const delayMs = admission.endTurn()
  stopWhenPaused(run, delayMs)
  if (delayMs !== undefined) recorder.perform({ type: 'arm-admission', delayMs })
}
