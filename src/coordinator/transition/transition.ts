import { unreachable } from '../../model/error/error.js'
import type { MovieEvent } from '../../model/movie/event.js'
import type { Effect } from '../effect.js'
import type { LiveRun } from '../live-run.js'
import type { RunMessage } from '../message.js'
import type { Moment } from './moment.js'
import { Recorder } from './recorder.js'
import { cancelRun, finishRun, startRun } from './run-frame.js'
import { failUnread, settleAttempt } from './settle-attempt.js'
import { startJobs } from './start-jobs.js'
import { submitJob } from './submit-job.js'

/** What a message has led to. */
export interface Transition {
  /** To be appended, in this order. The run's state holds them already. */
  readonly events: MovieEvent[]
  /** To be performed once the events are durable. */
  readonly effects: Effect[]
}

/**
 * What one message means for a run. Everything that a run records originates here: the same run, messages and moments
 * give the same events. Moves the run along in memory, and touches nothing else; clock and randomness are handed in.
 * @param recorder of the turn, which gathers what all its messages lead to; absent: this one message only
 */
export function transition(
  run: LiveRun,
  message: RunMessage,
  moment: Moment,
  recorder = new Recorder(run, moment),
): Transition {
  switch (message.type) {
    case 'job.settled':
      settleAttempt(recorder, message)
      break
    case 'job.checkpoint':
      submitJob(recorder, message)
      break
    case 'jobs.start':
      startJobs(recorder)
      break
    case 'job.retry':
      resume(run, message.job, 'backoff')
      break
    case 'values.loaded':
      for (const value of message.values) run.state.loaded.add(value)
      resume(run, message.job, 'loading')
      break
    case 'values.failed':
      failUnread(recorder, message)
      break
    case 'run.start':
      startRun(recorder, message)
      break
    case 'run.cancel':
      cancelRun(recorder)
      break
    case 'run.finish':
      finishRun(recorder, message)
      break
    case 'admission.open':
    case 'run.abandon':
      // They wake the loop, and the end of the turn looks again.
      break
    default:
      unreachable(message)
  }
  return recorder
}

/** It goes on when jobs start: a cancel or a failure in the same mail may halt the run before. */
function resume({ state, schedule }: LiveRun, job: number, waitsIn: 'loading' | 'backoff'): void {
  const active = state.active.get(job)
  if (active?.state === waitsIn) schedule.resume(active)
}
