import type { MovieEvent } from '../model/movie/event.js'
import type { Effect } from './effect.js'
import type { LiveRun } from './live-run.js'
import type { Mail } from './mailbox.js'
import type { ControlMessage, DataMessage, RunMessage } from './message.js'
import type { Moment } from './transition/moment.js'
import { type Transition, transition } from './transition/transition.js'

const JOBS_START = { type: 'jobs.start' } as const

/**
 * One turn of the loop: everything the mail asks for, and what may start after it. A run and its rehearsal both consist
 * of such turns.
 */
export function takeTurn(run: LiveRun, mail: Mail<ControlMessage, DataMessage>, moment: Moment): Transition {
  run.state.admission.beginTurn(moment.nowMs)
  const events: MovieEvent[] = []
  const effects: Effect[] = []
  const take = (message: RunMessage) => {
    const taken = transition(run, message, moment)
    for (const event of taken.events) events.push(event)
    for (const effect of taken.effects) effects.push(effect)
  }
  for (const message of mail.control) take(message)
  for (const message of mail.data) take(message)
  take(JOBS_START)
  return { events, effects }
}
