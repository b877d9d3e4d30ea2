import { evolve } from '../../dist/coordinator/state/evolve.js'
import { MovieState } from '../../dist/model/movie/movie-state.js'
import { eventsOfJobs } from '../support/events.mjs'
import { planOf } from '../support/plan.mjs'

const JOBS = 1_000

/** Events folded into the state. */
export function evolution() {
  const events = eventsOfJobs(0, JOBS)
  const state = new MovieState(planOf(JOBS).createSlots())
  const last = new Map()
  return {
    name: 'evolve: an event into the state',
    count: events.length,
    against: 'a Map from ids to the last event',
    ours() {
      for (const event of events) evolve(state, event)
    },
    theirs() {
      for (const event of /** @type {any[]} */ (events)) last.set(event.artifactId ?? event.jobId, event)
    },
  }
}
