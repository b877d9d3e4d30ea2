import type { JobCheckpoint, JobSettled } from '../../model/job.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { ProviderModel } from '../../model/run/provider-model.js'
import type { StopReason } from '../../model/run/run-status.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Plan } from '../../plan/plan.js'
import { JobStatuses, type StatusInRun } from '../../plan/up-to-date/job-statuses.js'
import type { Reviews } from '../review/reviews.js'
import type { RunLimits } from '../run-limits.js'
import type { Halt, RunOptions } from '../run-options.js'
import type { ActiveJob, FailedAttempt } from './active-job.js'
import { LoadedValues } from './loaded-values.js'

/** The statuses that end a job for this run. */
export type SettledStatus = Extract<StatusInRun, 'cached' | 'succeeded' | 'failed' | 'skipped'>

/** Jobs of one family, by status. */
export interface FamilyTally {
  active: number
  succeeded: number
  cached: number
  failed: number
  skipped: number
}

/**
 * What a run knows of its jobs: which are active, and how the others ended. Derived from the plan and the movie's
 * state. Nothing of it is persisted, since a restarted run derives it again.
 */
export class RunState {
  readonly plan: Plan
  readonly movie: MovieState
  readonly options: RunOptions
  readonly admission: RunLimits
  readonly statuses: JobStatuses
  /** By job number. */
  readonly active = new Map<number, ActiveJob>()
  /** Those of the active jobs that wait for evidence whose fault their failure was. They hold no place. */
  readonly parked = new Set<ActiveJob>()
  readonly tallies: readonly FamilyTally[]
  readonly loaded = new LoadedValues()
  /** Undefined where nobody judges what is made. */
  reviews: Reviews | undefined
  /** Jobs that have settled, and whose lists are large values on their way. */
  readonly loadingLists = new Set<number>()
  /** Failed jobs of elements that are tried until enough are accepted: an answer like another. */
  failedCandidates = 0
  /** Lists that their loops cannot run over, or that are too short. */
  failedLists = 0
  /** Jobs that succeeded without a call of their provider. */
  reusedCount = 0
  #halt: Halt | undefined
  #stopReason: StopReason | undefined
  #stopMessage: string | undefined
  #fault: { readonly error: unknown } | undefined

  constructor(plan: Plan, movie: MovieState, options: RunOptions, admission: RunLimits) {
    this.plan = plan
    this.movie = movie
    this.options = options
    this.admission = admission
    this.statuses = new JobStatuses(movie, plan.geometry.jobSlots, hash => this.loaded.get(hash))
    this.tallies = plan.families.map(() => ({ active: 0, succeeded: 0, cached: 0, failed: 0, skipped: 0 }))
  }

  /** Why the run takes no new jobs; undefined: it takes them. */
  get halt(): Halt | undefined {
    return this.#halt
  }

  get stopReason(): StopReason | undefined {
    return this.#stopReason
  }

  /** What a service that stopped the run said, and what to do. */
  get stopMessage(): string | undefined {
    return this.#stopMessage
  }

  /** The error that the run ends with. */
  get fault(): { readonly error: unknown } | undefined {
    return this.#fault
  }

  /** The first halt gives the reason; a later one changes nothing. */
  noteHalt(halt: Halt, reason: StopReason | undefined, message: string | undefined): void {
    if (this.#halt !== undefined) return
    this.#halt = halt
    this.#stopReason = reason
    this.#stopMessage = message
  }

  /** The first fault counts. */
  noteFault(error: unknown): void {
    this.#fault ??= { error }
  }

  /** Who answers, as events say it; undefined where there is only one who may, which the run's record names. */
  answeredBy(target: number): ProviderModel | undefined {
    const { targets } = this.plan
    if (targets.isAlone(targets.familyOf(target))) return undefined
    return this.options.services?.[target] ?? targets.serviceOf(target)
  }

  /** The job that a message is about; undefined when its attempt is no longer the current one: the message is dropped. */
  currentAttempt({ job, attempt }: JobSettled | JobCheckpoint): ActiveJob | undefined {
    const active = this.active.get(job)
    return active?.state === 'running' && active.attempt === attempt ? active : undefined
  }

  activate(active: ActiveJob): void {
    this.statuses.set(active.job, 'active')
    this.active.set(active.job, active)
    this.tallies[active.family.index]!.active++
  }

  /** Gives a job's place back without settling it. */
  release(active: ActiveJob): void {
    if (!this.active.delete(active.job)) return
    this.parked.delete(active)
    this.tallies[active.family.index]!.active--
  }

  park(active: ActiveJob, failure: FailedAttempt): void {
    active.state = 'parked'
    active.failure = failure
    this.parked.add(active)
  }

  /** Notes how a job ended for this run. */
  settle(family: Family, job: number, status: SettledStatus): void {
    this.statuses.set(job, status)
    this.tallies[family.index]![status]++
    this.reviews?.settled(family, job)
    if (status === 'failed' && this.plan.growth.candidates.has(family.index)) this.failedCandidates++
  }
}
