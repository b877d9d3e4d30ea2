import type { ElementMoves, RunId } from '../model/id.js'
import type { JobCheckpoint, JobSettled } from '../model/job.js'
import type { RegenerateRequested, RunFinished } from '../model/movie/event.js'
import type { LoadedValue } from './state/loaded-values.js'
import type { ReviewAnswer, ReviewStatement } from './transition/decide-review.js'

/** The first message of a run. */
export interface StartRun {
  readonly type: 'run.start'
  readonly runId: RunId
  /** What the user asked to regenerate; it outlives this run. */
  readonly regenerate: Omit<RegenerateRequested, 'type' | 'timestamp'> | undefined
  /** New names of jobs of which something is kept. */
  readonly moved?: ElementMoves | undefined
}

/** The last message of a run: its jobs have settled or it was stopped, and its manifest is saved. */
export interface RunFinish {
  readonly type: 'run.finish'
  readonly result: Omit<RunFinished, 'type' | 'timestamp'>
}

/** Large values that a job reads cannot be loaded. */
export interface ValuesFailed {
  readonly type: 'values.failed'
  readonly job: number
  readonly message: string
}

/** Decisions of people about versions of artifacts. */
interface DecideReviews {
  readonly type: 'review.decide'
  readonly statements: readonly ReviewStatement[]
  /** Called once they are durable, with an answer for each. */
  readonly answer: (answers: readonly ReviewAnswer[]) => void
}

/** Requests that commute with data and never wait. */
export type ControlMessage =
  | StartRun
  /** No new jobs; running ones are aborted and recorded. */
  | { readonly type: 'run.cancel' }
  /** The delay before another attempt is over. */
  | { readonly type: 'job.retry'; readonly job: number }
  /** Large values that a job reads have been loaded. */
  | { readonly type: 'values.loaded'; readonly job: number; readonly values: readonly LoadedValue[] }
  | ValuesFailed
  | DecideReviews
  /** A place may be free, or a moment may have come, that the run has waited for. */
  | { readonly type: 'admission.open' }
  /** Wakes the loop, which then ends with the error that was noted: nothing more can be recorded. */
  | { readonly type: 'run.abandon' }

/** Messages whose order is the order of the log. */
export type DataMessage = JobSettled | JobCheckpoint

/** Everything that a run reacts to. The last two come from the loop itself, not by mail. */
export type RunMessage =
  | ControlMessage
  | DataMessage
  /** The mail of this turn is taken: what may start now starts, up to so many queued jobs (absent: all). */
  | { readonly type: 'jobs.start'; readonly most?: number }
  | RunFinish
