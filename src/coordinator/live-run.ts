import type { MovieEvent } from '../model/movie/event.js'
import type { StopReason } from '../model/run/run-status.js'
import type { Block } from '../plan/geometry/block.js'
import type { Family } from '../plan/geometry/family.js'
import type { Trials } from '../plan/growth/until/trials.js'
import type { JobJudge, ResultFinder } from '../plan/up-to-date/job-action.js'
import type { RunReason } from '../plan/up-to-date/planned-action.js'
import type { InputResolver } from '../plan/up-to-date/resolved-job.js'
import type { Effect } from './effect.js'
import type { Halt } from './run-options.js'
import type { HeldJobs } from './schedule/held-jobs.js'
import type { SingleFlight } from './schedule/single-flight.js'
import type { ActiveJob } from './state/active-job.js'
import type { RunState, SettledStatus } from './state/run-state.js'
import type { Moment } from './transition/moment.js'

/** What starts next: a job that waits for a permit, or a queued one. */
export type NextStart =
  | { readonly type: 'held'; readonly target: number }
  | { readonly type: 'queued'; readonly family: Family; readonly job: number; readonly reason: RunReason }

/** Says which jobs wait for others, which are to be judged, which are ready, and which is next. */
export interface Scheduler {
  /** Active jobs that wait for a permit of their provider. They start before queued ones of their family. */
  readonly held: HeldJobs
  /** Jobs of the layers to run that have not settled. */
  readonly unsettledCount: number
  /** Jobs that have not settled may still be made. */
  readonly canGoOn: boolean
  /** True while another turn finds something to do without any message: jobs to judge, or more to start. */
  readonly hasMoreNow: boolean
  nextUnjudged(): number | undefined
  /** A job that has settled, and whose lists nobody has read yet. */
  nextMaker(): number | undefined
  /** The lists of a job can be read now: their values are loaded. */
  remakeList(job: number): void
  /** Jobs have become known. */
  grow(block: Block): void
  /** The lists of a job are read: what waited for it goes on. */
  listsRead(job: number): void
  /** A job that waited for a review is judged once more. */
  reconsider(job: number): void
  /** Whether a job is one that is to run, by its layer and its producer. */
  includes(job: number): boolean
  /** A job may start, as soon as there is a place. */
  queue(family: Family, job: number, reason: RunReason): void
  /**
   * The next start that concurrency, admission and layer allow.
   * @param left so many may still start in this turn
   */
  next(left: number): NextStart | undefined
  /** An active job goes on in this turn. */
  resume(active: ActiveJob): void
  takeDue(): readonly ActiveJob[]
  hasReady(family: number): boolean
  triesFresh(target: number): boolean
}

/** Ends jobs for a run, and the run itself. */
export interface Settler {
  /** Settles a job for this run, and lets those go on that waited for it. */
  settle(family: Family, job: number, status: SettledStatus): void
  /** Takes no new jobs from now on. */
  stop(halt: Halt, reason?: StopReason, message?: string): void
  /** Stops a run that cannot go on: it fails with this error. */
  breakOff(error: unknown): void
}

/** A run while it lasts: what it knows, in three parts, and who answers its questions about jobs. */
export interface LiveRun {
  readonly state: RunState
  readonly schedule: Scheduler
  readonly settlement: Settler
  /** Lists whose elements are tried until enough are accepted. */
  readonly trials: Trials
  readonly judge: JobJudge
  readonly resolver: InputResolver
  readonly flights: SingleFlight
  /** Results that the movie has already. */
  readonly before: ResultFinder
  /** Nothing is active, and nothing more will start. */
  readonly isDone: boolean
}

/** One turn of the loop, while it is decided. */
export interface Turn {
  readonly run: LiveRun
  readonly moment: Moment
  /** Records an event, and applies it at once: the next decision builds on it. */
  record(event: MovieEvent): void
  /** To be performed once the events of the turn are durable. */
  perform(effect: Effect): void
}
