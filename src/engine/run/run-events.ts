import type { BudgetProgress } from '../../coordinator/limits/budget/budget.js'
import type { OutageProgress } from '../../coordinator/limits/health/outage-progress.js'
import type { LimiterProgress } from '../../coordinator/limits/limiter-state.js'
import type { ArtifactId, JobId, MovieId, RunId } from '../../model/id.js'
import type { ArtifactMade, JobError, ReuseSource, SkipReason } from '../../model/movie/event.js'
import type { RejectionCount } from '../../model/provider/feedback.js'
import type { LogLevel } from '../../model/provider/provider.js'
import type { HostProgress } from '../../model/run/host-progress.js'
import type { RunCounts } from '../../model/run/run-status.js'
import type { RunReason } from '../../plan/up-to-date/planned-action.js'
import type { RowPlace } from '../run-shape/row-place.js'

/** A step in a job's life. All but `started` are durable in the log when they are told. */
export type JobUpdate =
  | {
      /** What has become of the job. */
      readonly state: 'started'
      /** Its id, `Producer:Picture[3]`. */
      readonly jobId: JobId
      /** From 1, over all runs. */
      readonly attempt: number
      /** Why it runs, or why it is skipped. */
      readonly reason: RunReason
    }
  | {
      /** What has become of the job. */
      readonly state: 'succeeded'
      /** Its id, `Producer:Picture[3]`. */
      readonly jobId: JobId
      /** From 1, over all runs. */
      readonly attempt: number
      /** Milliseconds from dispatch to the result. */
      readonly durationMs: number
      /** US dollars of this attempt; absent where nobody says. */
      readonly costUsd?: number
      /** Where the artifacts come from, when the provider was not called. */
      readonly reused?: ReuseSource
    }
  | {
      /** What has become of the job. */
      readonly state: 'retrying' | 'failed' | 'cancelled'
      /** Its id, `Producer:Picture[3]`. */
      readonly jobId: JobId
      /** From 1, over all runs. */
      readonly attempt: number
      /** Why the attempt failed. */
      readonly error: JobError
      /** The rows that the job is made from; absent when its loops run over no input. */
      readonly rows?: readonly RowPlace[]
      /** Of the failed attempt, in US dollars. */
      readonly costUsd?: number
    }
  | {
      /** What has become of the job. */
      readonly state: 'skipped'
      /** Its id, `Producer:Picture[3]`. */
      readonly jobId: JobId
      /** Why it runs, or why it is skipped. */
      readonly reason: SkipReason
    }

/** How far a run is. */
export interface RunProgress {
  /** Jobs by how they ended so far. */
  readonly counts: RunCounts
  /** Attempts in flight. */
  readonly active: number
  /** Jobs of this run, in all. */
  readonly total: number
  /** Milliseconds since the run began. */
  readonly elapsedMs: number
  /** Jobs that ran to an end, per second, over the last seconds. */
  readonly jobsPerSecond: number
  /** In the order of the blueprint; those that `until` leaves out are not among them. */
  readonly producers: readonly ProducerProgress[]
  /** The ways to the services that this run calls: what they let through, and what holds jobs back. */
  readonly limiters: readonly LimiterProgress[]
  /** What this run has cost, in US dollars. */
  readonly costUsd: number
  /** How the budgets stand; empty without one. */
  readonly budgets: readonly BudgetProgress[]
  /** Artifacts that wait for a person; absent where nobody judges what is made. */
  readonly waitingReviews?: number
  /** Services that do not answer: nothing but one call at a time is sent to them. */
  readonly outages: readonly OutageProgress[]
  /** Answers that checks have rejected so far. */
  readonly rejections: RejectionCount
  /** The hosts that do the work, those that are gone as well; absent where the engine has no queue. */
  readonly hosts?: readonly HostProgress[]
}

/** What is known when a run begins, before its first call. */
export interface RunStart {
  /** The movie's name. */
  readonly movieId: MovieId
  /** The run's id, as in the log. */
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

/** How far the jobs of one producer are. */
export interface ProducerProgress {
  /** The producer's name. */
  readonly producer: string
  /** The name of its provider. */
  readonly provider: string
  /** First and last layer of its jobs, from 1. */
  readonly layers: readonly [number, number]
  /** How many jobs it has. */
  readonly total: number
  /** Attempts in flight. */
  readonly active: number
  /** Jobs that this run has made. */
  readonly succeeded: number
  /** Jobs that are up to date. */
  readonly cached: number
  /** Jobs that have failed for good in this run. */
  readonly failed: number
  /** Jobs that do not run. */
  readonly skipped: number
}

/** Something that a provider has said of a job that runs: `context.log()` or `context.progress()`. */
export interface JobNote {
  /** Its id, `Producer:Picture[3]`. */
  readonly jobId: JobId
  /** Between 0 and 1; absent for a log line. */
  readonly fraction?: number
  /** There for a log line. */
  readonly level?: LogLevel
  /** The text, on one line. */
  readonly note?: string
}

/** What a {@link Run} tells while it lasts, by the name of the event; `run.on(name, listener)`. */
export interface RunEvents {
  /** Once, when the movie has been opened and nothing has been called. */
  started: [start: RunStart]
  /** An artifact is durable. */
  artifact: [event: ArtifactMade]
  /** A job has started, ended, or waits for another attempt. */
  job: [update: JobUpdate]
  /** How far the run is, a few times a second. */
  progress: [progress: RunProgress]
  /** What providers report while they work: `context.progress` and `context.log`. */
  note: [note: JobNote]
}
