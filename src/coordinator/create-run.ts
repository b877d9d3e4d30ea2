import type { MovieState } from '../model/movie/movie-state.js'
import { Trials } from '../plan/growth/until/trials.js'
import type { Plan } from '../plan/plan.js'
import { ReviewRules } from '../plan/review/review-rules.js'
import { JobResolver } from '../plan/up-to-date/job-resolver.js'
import { Judge } from '../plan/up-to-date/judge.js'
import { MadeBefore } from '../plan/up-to-date/made-before.js'
import type { LiveRun } from './live-run.js'
import { ReviewGates } from './review/review-gates.js'
import type { Reviews } from './review/reviews.js'
import type { RunLimits } from './run-limits.js'
import type { RunOptions } from './run-options.js'
import { JobSchedule } from './schedule/schedule.js'
import { SingleFlight } from './schedule/single-flight.js'
import { Settlement } from './settlement/settlement.js'
import { RunState } from './state/run-state.js'

/** Who answers a run's questions about its jobs. A rehearsal answers them in its own way. */
export type JobKnowledge = Pick<LiveRun, 'judge' | 'resolver' | 'flights' | 'before'>

/** Creates a run that judges its jobs by what the movie holds. */
export function createRun(plan: Plan, movie: MovieState, options: RunOptions, limits: RunLimits): LiveRun {
  const state = new RunState(plan, movie, options, limits)
  const resolver = new JobResolver(plan, state.statuses, options.settingsOf)
  const before = new MadeBefore(plan, movie)
  const judge = new Judge(plan, movie, state.statuses, resolver, options.isRegenerated, before)
  const flights = new SingleFlight(plan, movie, family => resolver.settingsOf(family))
  return createRunWith(state, { judge, resolver, flights, before })
}

/** Puts the parts of a run together. */
export function createRunWith(state: RunState, knowledge: JobKnowledge): LiveRun {
  state.reviews = reviewsOf(state)
  const schedule = new JobSchedule(state)
  return {
    state,
    schedule,
    trials: new Trials(state.plan, state.movie, state.statuses),
    settlement: new Settlement(state, schedule, knowledge.flights),
    ...knowledge,
    get isDone() {
      return state.active.size === 0 && (state.halt !== undefined || !schedule.canGoOn)
    },
  }
}

function reviewsOf({ plan, movie, statuses, options }: RunState): Reviews | undefined {
  const rules = new ReviewRules(plan)
  const isRehearsed = options.expectedLength !== undefined
  return rules.isEmpty ? undefined : new ReviewGates({ plan, movie, statuses, rules, isRehearsed })
}
