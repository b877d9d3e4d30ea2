import type { StopReason } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { DependencyTracker } from '../../plan/geometry/dependency-tracker.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Plan } from '../../plan/plan.js'
import { type InputResolver, JobResolver } from '../../plan/up-to-date/job-resolver.js'
import { JobStatuses } from '../../plan/up-to-date/job-statuses.js'
import { type JobJudge, Judge, type RunReason } from '../../plan/up-to-date/verdict.js'
import type { RunAdmission } from '../limits/run-admission.js'
import type { Halt, RunOptions } from '../run-options.js'
import { FamilyTurns, type TurnSource } from '../schedule/family-turns.js'
import { ReadyQueue } from '../schedule/ready-queue.js'
import { SingleFlight } from '../schedule/single-flight.js'
import type { ActiveJob } from './active-job.js'
import type { Failure } from './failure.js'
import { Frontier } from './frontier.js'
import { HeldJobs } from './held-jobs.js'
import { LayerProgress } from './layer-progress.js'
import { LoadedValues } from './loaded-values.js'

/** How the jobs of one family stand. */
export interface FamilyTally {
  active: number
  succeeded: number
  cached: number
  failed: number
  skipped: number
}

/** The reason of almost every job of a first run, so it is not kept for each. */
const NOT_MADE: RunReason = { type: 'missing' }

/** Jobs that are passed over before each one, while those of a family fail alike: prime, so that none comes twice. */
const DOUBT_STEP = 997

/**
 * The state of one run: which jobs wait, may start, are active or have settled. Derived from the plan and
 * the movie's state; nothing of it is persisted, since a restarted run derives it again.
 */
export class RunBoard implements TurnSource {
  readonly plan: Plan
  readonly movie: MovieState
  readonly options: RunOptions
  readonly admission: RunAdmission
  readonly standings: JobStatuses
  readonly judge: JobJudge
  readonly resolver: InputResolver
  readonly active = new Map<number, ActiveJob>()
  readonly tallies: readonly FamilyTally[]
  readonly loaded = new LoadedValues()
  /** Jobs of this run that needed no call of their provider. */
  reusedCount = 0
  readonly held = new HeldJobs()
  /** Jobs whose last attempt has failed, while nobody knows whose fault that was. They hold no place. */
  readonly parked = new Set<ActiveJob>()
  readonly flights: SingleFlight

  readonly #tracker: DependencyTracker
  readonly #ready: ReadyQueue
  readonly #reasons = new Map<number, RunReason>()
  readonly #frontier: Frontier
  #halt: Halt | undefined
  #stopReason: StopReason | undefined
  #stopMessage: string | undefined
  #fault: { readonly error: unknown } | undefined
  readonly #layers: LayerProgress
  readonly #turns: FamilyTurns

  constructor(plan: Plan, movie: MovieState, options: RunOptions, admission: RunAdmission) {
    this.admission = admission
    this.plan = plan
    this.movie = movie
    this.options = options
    this.standings = new JobStatuses(movie, plan.jobCount, hash => this.loaded.get(hash))
    const resolver = new JobResolver(plan, this.standings, options.settingsOf)
    const judge = new Judge(plan, movie, this.standings, resolver, options.isRegenerated)
    const standIns = options.standIns?.(judge)
    this.resolver = standIns?.resolver ?? resolver
    this.judge = standIns?.judge ?? judge
    this.#tracker = plan.createTracker()
    this.#frontier = new Frontier(this.#tracker.initiallyReady())
    this.#layers = new LayerProgress(plan.layers.sizes, options.upToLayer)
    this.flights = new SingleFlight(plan, movie, standIns ? undefined : family => resolver.settingsOf(family))
    this.tallies = plan.families.map(() => ({ active: 0, succeeded: 0, cached: 0, failed: 0, skipped: 0 }))
    this.#turns = new FamilyTurns(plan.families.length)
    const order = options.schedule === 'layers' ? 'by layer' : 'deepest first'
    this.#ready = new ReadyQueue(plan.jobCount, plan.families.length, order)
  }

  /** Jobs of the layers to run that have not settled. */
  get unsettledCount(): number {
    return this.#layers.unsettledCount
  }

  /** True while there are jobs that nobody has judged yet. */
  get hasFrontier(): boolean {
    return this.#halt === undefined && !this.#frontier.isEmpty
  }

  get halt(): Halt | undefined {
    return this.#halt
  }

  get stopReason(): StopReason | undefined {
    return this.#stopReason
  }

  /** Takes no new jobs from now on. Running ones go on to their end; those that only wait lose their place. */
  stop(halt: Halt, reason?: StopReason, message?: string): void {
    if (this.#halt === undefined) {
      this.#stopReason = reason
      this.#stopMessage = message
    }
    this.#halt ??= halt
    this.held.clear()
    for (const active of [...this.active.values()])
      if (active.state !== 'running' && active.state !== 'parked') this.release(active)
  }

  /** What a service that stopped the run has said, and what to do. */
  get stopMessage(): string | undefined {
    return this.#stopMessage
  }

  /** Stops a run that cannot go on. What runs may come to its end; then the run fails with this error. */
  breakOff(error: unknown): void {
    this.#fault ??= { error }
    this.stop('stopped')
  }

  get fault(): { readonly error: unknown } | undefined {
    return this.#fault
  }

  /** Nothing is active, and nothing more will start. */
  get isDone(): boolean {
    return this.active.size === 0 && (this.#halt !== undefined || this.unsettledCount === 0)
  }

  /** A job whose dependencies have settled and that nobody has judged yet. */
  nextUnjudged(): number | undefined {
    return this.#frontier.take()
  }

  /** Whether a job is in a layer that is to run. */
  includes(job: number): boolean {
    return this.#layers.includes(this.plan.layers.layerOf[job]!)
  }

  /** A job may start, as soon as there is a place. */
  queue(family: Family, job: number, reason: RunReason): void {
    this.standings.set(job, 'queued')
    if (reason.type !== 'missing') this.#reasons.set(job, reason)
    this.#ready.push(family.index, this.plan.layers.layerOf[job]!, job)
  }

  /** The next job that concurrency, admission and layer allow, or `undefined`. */
  nextToStart(): { family: Family; job: number; reason: RunReason } | undefined {
    if (this.#halt !== undefined || this.#ready.size === 0) return undefined
    const takenPlaces = this.active.size - this.parked.size - this.#waivedPlaces()
    if (takenPlaces >= this.options.concurrency) return undefined
    const best = this.#turns.next(this)
    if (best === undefined) return undefined
    if (this.admission.health.isDoubtful(best)) this.#ready.rotate(best, this.#layers.current, DOUBT_STEP)
    const job = this.#ready.pop(best, this.#layers.current)
    return { family: this.plan.families[best]!, job, reason: this.#takeReason(job) }
  }

  startableLayerOf(family: number): number {
    const isHeld = this.held.has(family) && !this.triesFresh(family)
    return isHeld ? -1 : this.#ready.layerOf(family, this.#layers.current)
  }

  /** Whether a job of this family waits for its start. */
  hasReady(family: number): boolean {
    return this.#ready.layerOf(family, this.#layers.current) !== -1
  }

  /** The family's service does not answer, and there is a job that has not been tried with it. */
  triesFresh(family: number): boolean {
    return this.admission.health.prefersFresh(family) && this.hasReady(family)
  }

  /** Jobs that wait for a service to answer keep no fresh one from trying it. */
  #waivedPlaces(): number {
    const { health } = this.admission
    if (!health.isAnyDown) return 0
    let count = 0
    for (const { state, family } of this.active.values())
      if ((state === 'held' || state === 'backoff') && health.prefersFresh(family.index)) count++
    return count
  }

  park(active: ActiveJob, failure: Failure): void {
    active.state = 'parked'
    active.failure = failure
    this.parked.add(active)
  }

  activeOf(family: number): number {
    return this.tallies[family]!.active
  }

  weightOf(family: number): number {
    return this.admission.weightOf(family)
  }

  mayStart(family: number): boolean {
    return this.admission.mayStart(family)
  }

  #takeReason(job: number): RunReason {
    const reason = this.#reasons.get(job)
    this.#reasons.delete(job)
    return reason ?? NOT_MADE
  }

  activate(active: ActiveJob): void {
    this.standings.set(active.job, 'active')
    this.active.set(active.job, active)
    this.tallies[active.family.index]!.active++
  }

  /** Gives a job's place back without settling it: the run has been halted. */
  release(active: ActiveJob): void {
    if (!this.active.delete(active.job)) return
    this.parked.delete(active)
    this.tallies[active.family.index]!.active--
  }

  /** Settles a job for this run and frees the jobs that wait for it. */
  settle(family: Family, job: number, standing: 'cached' | 'succeeded' | 'failed' | 'skipped'): void {
    const active = this.active.get(job)
    if (active) {
      this.release(active)
      for (const follower of this.flights.settled(active, standing === 'succeeded'))
        this.queue(follower.family, follower.job, follower.reason)
    }
    this.standings.set(job, standing)
    this.tallies[family.index]![standing]++
    this.#layers.settle(this.plan.layers.layerOf[job]!)
    this.#tracker.complete(family, job, ready => this.#frontier.push(ready))
    if (standing === 'failed' && this.options.failFast) this.stop('stopped', 'fail_fast')
  }
}
