import type { JobCheckpoint, JobSettled } from '../model/job.js'
import type { LoadedValue } from './state/loaded-values.js'

/** Requests that commute with data and never wait. */
export type ControlMessage =
  /** No new jobs; running ones are aborted and recorded. */
  | { readonly type: 'run.cancel' }
  /** The delay before another attempt is over. */
  | { readonly type: 'job.retry'; readonly job: number }
  /** Large values that a job reads have been loaded. */
  | { readonly type: 'values.loaded'; readonly job: number; readonly values: readonly LoadedValue[] }
  | { readonly type: 'values.failed'; readonly job: number; readonly message: string }
  /** A place or a moment that the run has waited for may have come. */
  | { readonly type: 'admission.open' }
  /** Wakes the loop, which then ends with the error that was noted: nothing more can be recorded. */
  | { readonly type: 'run.abandon' }

/** Messages whose order is the order of the log. */
export type DataMessage = JobSettled | JobCheckpoint

export type RunMessage = ControlMessage | DataMessage
