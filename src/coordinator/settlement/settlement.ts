import type { StopReason } from '../../model/run/run-status.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Scheduler, Settler } from '../live-run.js'
import type { Halt } from '../run-options.js'
import type { SingleFlight } from '../schedule/single-flight.js'
import type { RunState, SettledStatus } from '../state/run-state.js'
import { stopByFailures } from './stop-by-failures.js'

/** The schedule, as those see it that end jobs. */
interface SettlingSchedule extends Pick<Scheduler, 'held' | 'queue'> {
  /** A job has settled: what waited for it may go on. */
  settled(family: Family, job: number): void
}

/** How jobs leave a run: they settle, and others may follow; or the run is stopped before. */
export class Settlement implements Settler {
  readonly #state: RunState
  readonly #schedule: SettlingSchedule
  readonly #flights: SingleFlight

  constructor(state: RunState, schedule: SettlingSchedule, flights: SingleFlight) {
    this.#state = state
    this.#schedule = schedule
    this.#flights = flights
  }

  /** Settles a job for this run, and lets those go on that waited for it. */
  settle(family: Family, job: number, status: SettledStatus): void {
    const active = this.#state.active.get(job)
    if (active) {
      this.#state.release(active)
      for (const follower of this.#flights.settled(active, status === 'succeeded'))
        this.#schedule.queue(follower.family, follower.job, follower.reason)
    }
    this.#state.settle(family, job, status)
    this.#schedule.settled(family, job)
    if (status === 'failed' && !this.#isAnswer(family, job, active !== undefined))
      this.#stopByRule(family, job)
  }

  /** Takes no new jobs from now on. Running ones go on to their end; those that only wait lose their place. */
  stop(halt: Halt, reason?: StopReason, message?: string): void {
    this.#state.noteHalt(halt, reason, message)
    this.#schedule.held.clear()
    for (const active of [...this.#state.active.values()])
      if (active.state !== 'running' && active.state !== 'parked') this.#state.release(active)
  }

  /** Where elements are tried until enough are accepted, one that is rejected, or was before, is an answer. */
  #isAnswer({ index }: Family, job: number, isNew: boolean): boolean {
    const { plan, movie } = this.#state
    if (!plan.growth.candidates.has(index)) return false
    return !isNew || movie.errors.get(job)?.code === 'rejected'
  }

  #stopByRule(family: Family, job: number): void {
    const { failFast, stop } = this.#state.options
    if (failFast) this.stop('stopped', 'fail_fast')
    else if (stop !== undefined) {
      const message = stopByFailures(this.#state, family, job, stop)
      if (message !== undefined) this.stop('stopped', 'failures', message)
    }
  }

  /** Stops a run that cannot go on. What runs may come to its end; then the run fails with this error. */
  breakOff(error: unknown): void {
    this.#state.noteFault(error)
    this.stop('stopped')
  }
}
