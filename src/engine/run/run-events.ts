import type { BudgetProgress } from '../../coordinator/limits/budget/budget.js'
import type { LimiterProgress } from '../../coordinator/limits/limiter-state.js'
import type { OutageProgress } from '../../coordinator/limits/run-limits.js'
import type { ArtifactId, JobId, MovieId, RunId } from '../../model/id.js'
import type { ArtifactMade, JobError, ReuseSource, RunCounts, SkipReason } from '../../model/movie/event.js'
import type { LogLevel } from '../../model/provider/provider.js'
import type { RunReason } from '../../plan/up-to-date/verdict.js'
import type { RowPlace } from '../run-shape/run-shape.js'

/** A step in a job's life. All but `started` are durable in the log when they are told. */
export type JobUpdate =
  | { readonly state: 'started'; readonly jobId: JobId; readonly attempt: number; readonly reason: RunReason }
  | {
      readonly state: 'succeeded'
      readonly jobId: JobId
      readonly attempt: number
      readonly durationMs: number
      readonly costUsd?: number
      readonly reused?: ReuseSource
    }
  | {
      readonly state: 'retrying' | 'failed' | 'cancelled'
      readonly jobId: JobId
      readonly attempt: number
      readonly error: JobError
      /** The rows that the job is made from; absent when its loops run over no input. */
      readonly rows?: readonly RowPlace[]
      /** Of the failed attempt, in US dollars. */
      readonly costUsd?: number
    }
  | { readonly state: 'skipped'; readonly jobId: JobId; readonly reason: SkipReason }

export interface RunProgress {
  readonly counts: RunCounts
  readonly active: number
  /** Jobs of this run, in all. */
  readonly total: number
  readonly elapsedMs: number
  /** Jobs that ran to an end, per second, over the last seconds. */
  readonly jobsPerSecond: number
  readonly producers: readonly ProducerProgress[]
  /** The ways to the services that this run calls: what they let through, and what holds jobs back. */
  readonly limiters: readonly LimiterProgress[]
  /** What this run has cost, in US dollars. */
  readonly costUsd: number
  /** How the budgets stand; empty without one. */
  readonly budgets: readonly BudgetProgress[]
  /** Services that do not answer: nothing but one call at a time is sent to them. */
  readonly outages: readonly OutageProgress[]
}

/** What is known when a run begins, before its first call. */
export interface RunStart {
  readonly movieId: MovieId
  readonly runId: RunId
  /** What the movie has cost before, in US dollars. */
  readonly movieCostUsd: number
  /** How the budgets stand; empty without one. */
  readonly budgets: readonly BudgetProgress[]
  /** Providers of your own code without a price, where there is a budget: it counts what they say with their results. */
  readonly unpriced: readonly string[]
  /** Artifacts that were to be made once more (`regenerate`) and stay as they are, since they are pinned. */
  readonly pinned: readonly ArtifactId[]
}

export interface ProducerProgress {
  readonly producer: string
  readonly provider: string
  /** First and last layer of its jobs, from 1. */
  readonly layers: readonly [number, number]
  readonly total: number
  readonly active: number
  readonly succeeded: number
  readonly cached: number
  readonly failed: number
  readonly skipped: number
}

export interface JobNote {
  readonly jobId: JobId
  /** Between 0 and 1; absent for a log line. */
  readonly fraction?: number
  /** There for a log line. */
  readonly level?: LogLevel
  readonly note?: string
}

export interface RunEvents {
  /** Once, when the movie has been opened and nothing has been called. */
  started: [start: RunStart]
  artifact: [event: ArtifactMade]
  job: [update: JobUpdate]
  progress: [progress: RunProgress]
  /** What providers report while they work: `context.progress` and `context.log`. */
  note: [note: JobNote]
}
