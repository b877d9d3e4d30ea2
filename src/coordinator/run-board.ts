import type { MovieEvent, SkipReason, StopReason } from '../model/event.js'
import type { MovieState } from '../model/movie-state.js'
import type { DependencyTracker } from '../plan/dependency-tracker.js'
import type { Family } from '../plan/family.js'
import { type InputResolver, JobResolver } from '../plan/job-resolver.js'
import type { Plan } from '../plan/plan.js'
import { Standings } from '../plan/standings.js'
import { type JobJudge, Judge, type RunReason, type Verdict } from '../plan/verdict.js'
import type { ActiveJob } from './active-job.js'
import type { RunAdmission } from './admission/run-admission.js'
import { FamilyTurns, type TurnSource } from './family-turns.js'
import { Frontier } from './frontier.js'
import { HeldJobs } from './held-jobs.js'
import { LayerProgress } from './layer-progress.js'
import { LoadedValues } from './loaded-values.js'
import { ReadyQueue } from './ready-queue.js'
import type { Halt, RunOptions } from './run-options.js'
import { SingleFlight } from './single-flight.js'

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

/** Jobs judged in one turn of the loop, so that a million that become ready together do not stall it. */
const JUDGE_COUNT = 20_000

/**
 * The state of one run: which jobs wait, may start, are active or have settled. Derived from the plan and
 * the movie's state; nothing of it is persisted, since a restarted run derives it again.
 */
export class RunBoard implements TurnSource {
  readonly plan: Plan
  readonly movie: MovieState
  readonly options: RunOptions
  readonly admission: RunAdmission
  readonly standings: Standings
  readonly judge: JobJudge
  readonly resolver: InputResolver
  readonly active = new Map<number, ActiveJob>()
  readonly tallies: readonly FamilyTally[]
  readonly loaded = new LoadedValues()
  /** Jobs of this run that needed no call of their provider. */
  reusedCount = 0
  readonly held = new HeldJobs()
  readonly flights: SingleFlight

  readonly #tracker: DependencyTracker
  readonly #ready: ReadyQueue
  readonly #reasons = new Map<number, RunReason>()
  readonly #frontier: Frontier
  #halt: Halt | undefined
  #stopReason: StopReason | undefined
  #fault: { readonly error: unknown } | undefined
  readonly #layers: LayerProgress
  readonly #turns: FamilyTurns

  constructor(plan: Plan, movie: MovieState, options: RunOptions, admission: RunAdmission) {
    this.admission = admission
    this.plan = plan
    this.movie = movie
    this.options = options
    this.standings = new Standings(movie, plan.jobCount, hash => this.loaded.get(hash))
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
  stop(halt: Halt, reason?: StopReason): void {
    if (this.#halt === undefined) this.#stopReason = reason
    this.#halt ??= halt
    this.held.clear()
    for (const active of [...this.active.values()]) if (active.state !== 'running') this.release(active)
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

  /** Judges jobs whose dependencies have settled: cached and skipped ones settle at once, others queue up. */
  judgeReady(record: (event: MovieEvent) => void, timestamp: string): void {
    for (let count = 0; count < JUDGE_COUNT && this.hasFrontier; count++) {
      const job = this.#frontier.take()
      if (job === undefined) return
      const family = this.plan.familyOf(job)
      if (!this.#layers.includes(this.plan.layers.layerOf[job]!)) continue
      this.#apply(family, job, this.judge.judge(family, job), record, timestamp)
    }
  }

  #apply(
    family: Family,
    job: number,
    verdict: Verdict,
    record: (event: MovieEvent) => void,
    timestamp: string,
  ): void {
    if (verdict.type === 'run') this.queue(family, job, verdict.reason)
    else this.settleUnrun(family, job, verdict, record, timestamp)
  }

  /** A job may start, as soon as there is a place. */
  queue(family: Family, job: number, reason: RunReason): void {
    this.standings.set(job, 'queued')
    if (reason.type !== 'missing') this.#reasons.set(job, reason)
    this.#ready.push(family.index, this.plan.layers.layerOf[job]!, job)
  }

  /** Settles a job that needs no run. */
  settleUnrun(
    family: Family,
    job: number,
    verdict: Exclude<Verdict, { type: 'run' }>,
    record: (event: MovieEvent) => void,
    timestamp: string,
  ): void {
    if (verdict.type === 'cached') {
      this.settle(family, job, 'cached')
      return
    }
    if (!this.#isKnownSkip(job, verdict.reason))
      record({ type: 'job.skipped', jobId: this.movie.slots.jobIdAt(job), reason: verdict.reason, timestamp })
    this.standings.noteSkip(job, verdict.reason)
    this.settle(family, job, 'skipped')
  }

  #isKnownSkip(job: number, reason: SkipReason): boolean {
    if (this.movie.jobState(job) !== 'skipped') return false
    return JSON.stringify(this.movie.skipReasons.get(job)) === JSON.stringify(reason)
  }

  /** The next job that concurrency, admission and layer allow, or `undefined`. */
  nextToStart(): { family: Family; job: number; reason: RunReason } | undefined {
    if (this.#halt !== undefined || this.#ready.size === 0) return undefined
    if (this.active.size >= this.options.concurrency) return undefined
    const best = this.#turns.next(this)
    if (best === undefined) return undefined
    const job = this.#ready.pop(best, this.#layers.current)
    return { family: this.plan.families[best]!, job, reason: this.#takeReason(job) }
  }

  startableLayerOf(family: number): number {
    return this.held.has(family) ? -1 : this.#ready.layerOf(family, this.#layers.current)
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

  /** Stops the run when nothing is active, and what is left does not fit into its budget. */
  stopWhenExhausted(): void {
    if (this.active.size > 0 || this.hasFrontier || this.unsettledCount === 0) return
    const isReady = ({ index }: Family) => this.#ready.layerOf(index, this.#layers.current) !== -1
    const isExhausted = (family: Family) => this.admission.isExhausted(family.index)
    if (!this.plan.families.some(isExhausted)) return
    if (this.plan.families.every(family => !isReady(family) || isExhausted(family)))
      this.stop('stopped', 'budget')
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
