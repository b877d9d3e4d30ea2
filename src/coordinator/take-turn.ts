import type { LiveRun } from './live-run.js'
import type { Mail } from './mailbox.js'
import type { ControlMessage, DataMessage } from './message.js'
import type { Moment } from './transition/moment.js'
import { Recorder } from './transition/recorder.js'
import { type Transition, transition } from './transition/transition.js'

const JOBS_START = { type: 'jobs.start' } as const

/**
 * One turn of the loop: everything the mail asks for, and what may start after it. A run and its rehearsal both consist
 * of such turns.
 */
export function takeTurn(run: LiveRun, mail: Mail<ControlMessage, DataMessage>, moment: Moment): Transition {
  run.state.admission.beginTurn(moment.nowMs)
  const recorder = new Recorder(run, moment)
  for (const message of mail.control) transition(run, message, moment, recorder)
  for (const message of mail.data) transition(run, message, moment, recorder)
  return transition(run, JOBS_START, moment, recorder)
}
