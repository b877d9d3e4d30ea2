import type { MovieState } from '../model/movie/movie-state.js'
import type { Plan } from '../plan/plan.js'
import { JobResolver } from '../plan/up-to-date/job-resolver.js'
import { Judge } from '../plan/up-to-date/judge.js'
import type { InputResolver } from '../plan/up-to-date/resolved-job.js'
import type { JobJudge } from '../plan/up-to-date/verdict.js'
import type { RunAdmission } from './limits/run-admission.js'
import type { RunOptions } from './run-options.js'
import { JobSchedule } from './schedule/schedule.js'
import { SingleFlight } from './schedule/single-flight.js'
import { Settlement } from './settlement/settlement.js'
import { RunState } from './state/run-state.js'

/** Who answers a run's questions about its jobs. A rehearsal answers them in its own way. */
export interface JobKnowledge {
  readonly judge: JobJudge
  readonly resolver: InputResolver
  readonly flights: SingleFlight
}

/** A run while it lasts: what it knows, in three parts, and who answers its questions about jobs. */
export class LiveRun {
  readonly state: RunState
  readonly schedule: JobSchedule
  readonly settlement: Settlement
  readonly judge: JobJudge
  readonly resolver: InputResolver
  readonly flights: SingleFlight

  constructor(state: RunState, { judge, resolver, flights }: JobKnowledge) {
    this.state = state
    this.schedule = new JobSchedule(state)
    this.settlement = new Settlement(state, this.schedule, flights)
    this.judge = judge
    this.resolver = resolver
    this.flights = flights
  }

  /** Nothing is active, and nothing more will start. */
  get isDone(): boolean {
    return (
      this.state.active.size === 0 && (this.state.halt !== undefined || this.schedule.unsettledCount === 0)
    )
  }
}

/** Creates a run that judges its jobs by what the movie holds. */
export function createRun(
  plan: Plan,
  movie: MovieState,
  options: RunOptions,
  admission: RunAdmission,
): LiveRun {
  const state = new RunState(plan, movie, options, admission)
  const resolver = new JobResolver(plan, state.statuses, options.settingsOf)
  const judge = new Judge(plan, movie, state.statuses, resolver, options.isRegenerated)
  const flights = new SingleFlight(plan, movie, family => resolver.settingsOf(family))
  return new LiveRun(state, { judge, resolver, flights })
}
