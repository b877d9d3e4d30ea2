import type { BudgetProgress } from '../coordinator/limits/budget/budget.js'
import type { OutageProgress } from '../coordinator/limits/health/outage-progress.js'
import type { LimiterProgress } from '../coordinator/limits/limiter-state.js'
import type { PlannedProducer } from '../engine/movie/run-plan.js'
import type { HostProgress } from '../model/run/host-progress.js'
import type { RunCounts, RunStatus, StopReason } from '../model/run/run-status.js'
import type { JobState } from './history/jobs/job-change.js'
import type { TriedLoop } from './history/loop-trials.js'
import type { Reason } from './history/reasons.js'
import type { JobDetail } from './page-jobs.js'
import type { JudgedState } from './page-reviews.js'

/** What the server tells the page. Times are milliseconds since 1970, amounts US dollars. */

export interface StoreData {
  /** The store's URL, without credentials. */
  readonly store: string
  readonly movies: readonly string[]
}

export type StateCounts = Readonly<Record<JobState, number>>

export interface ProducerData {
  readonly name: string
  readonly description?: string
  readonly provider?: string
  readonly model?: string
  readonly loops: PlannedProducer['loops']
  readonly outputs: readonly { readonly name: string; readonly type: string }[]
  /** Producers whose outputs it reads. */
  readonly reads: readonly string[]
  readonly total: number
  readonly states: StateCounts
  readonly costUsd: number
  /** Jobs in progress; only known for a run of the same process. */
  readonly active?: number
}

export interface RunData {
  readonly runId: string
  readonly startedAtMs: number
  readonly finishedAtMs?: number
  readonly concurrency: number
  /** `running` as far as its lease tells; `interrupted` when it has not ended and nobody writes. */
  readonly state: 'running' | 'interrupted' | RunStatus
  readonly stopReason?: StopReason
  readonly stopMessage?: string
  /** What it had counted when it ended. */
  readonly counts?: RunCounts
  /** How many changes there were before it. */
  readonly firstChange: number
}

/** What a run of the same process says of itself. */
export interface LiveData {
  readonly active: number
  readonly producers: readonly { readonly producer: string; readonly active: number }[]
  readonly limiters: readonly LimiterProgress[]
  readonly budgets: readonly BudgetProgress[]
  readonly outages: readonly OutageProgress[]
  /** The machines that do the work; absent where the run has no fleet. */
  readonly hosts?: readonly HostProgress[]
}

export interface FailureData extends Reason {
  /** Names the group in a filter. */
  readonly reason: number
  readonly state: JobState
  readonly count: number
  readonly producers: readonly string[]
}

/** How a movie stands, now or at a moment of its past. */
export interface MovieData {
  readonly movie: string
  /** Changes of jobs that are counted in; those of the log in all. */
  readonly changes: number
  readonly allChanges: number
  /** Events that are read. */
  readonly events: number
  /** The log is not read to its end yet: there is more. */
  readonly isReading?: boolean
  readonly atMs?: number
  readonly run?: RunData
  readonly runs: readonly RunData[]
  readonly total: number
  /** Jobs that are made, or that their condition has left out. */
  readonly done: number
  readonly states: StateCounts
  readonly producers: readonly ProducerData[]
  readonly costUsd: number
  readonly uncertainCostUsd: number
  /** Jobs that the next run regenerates. */
  readonly asked: number
  /** Versions that people judge; absent where there are none. */
  readonly reviews?: Readonly<Record<JudgedState, number>>
  /** Loops that go on until enough of their elements are accepted; absent where there are none, and of the past. */
  readonly trials?: readonly TriedLoop[]
  /** Jobs that ended a second, over the last seconds; while a run is in progress. */
  readonly jobsPerSecond?: number
  /** At that rate; while a run is in progress. */
  readonly leftMs?: number
  readonly failures: readonly FailureData[]
  readonly live?: LiveData
  /** What keeps the page from showing more. */
  readonly error?: string
}

/** What ran when in a run, in steps of time. */
export interface TimelineData {
  readonly runId: string
  readonly fromMs: number
  readonly stepMs: number
  /** Of each step: jobs that were made, attempts that failed, and what they cost in US dollars. */
  readonly made: readonly number[]
  readonly failed: readonly number[]
  readonly costUsd: readonly number[]
  /** Attempts at the same time, on average of each step, by producer. */
  readonly running: readonly { readonly producer: string; readonly counts: readonly number[] }[]
  /** What was learned of the limits of services. */
  readonly limits: readonly LimitData[]
}

/** What became of a request to regenerate. */
export interface RegenerationData {
  /** Jobs that the next run regenerates. */
  readonly jobCount: number
  /** Artifacts of theirs that stay as they are. */
  readonly pinned: number
}

export interface LimitData {
  readonly limiter: string
  readonly atMs: number
  readonly concurrency?: number
  readonly requestsPerMinute?: number
}

/** What a run has done to the movie. */
export interface RunChanges {
  readonly runId: string
  /** Changes before the run, and after it. */
  readonly from: number
  readonly to: number
  /** Jobs that succeeded for the first time, and again. */
  readonly made: number
  readonly remade: number
  readonly failed: number
  readonly attempts: number
  /** Artifacts that were edited, pinned, unpinned or removed by hand. */
  readonly byHand: number
  readonly costUsd: number
}

/** What a report has in it: counts in full, lists cut. */
export interface ReportData {
  readonly store: string
  readonly madeAtMs: number
  readonly movie: MovieData
  readonly jobs: readonly JobDetail[]
  /** Of the newest runs. */
  readonly timelines: readonly TimelineData[]
  readonly runs: readonly RunChanges[]
  /** As `data:` addresses, by the events that made them. */
  readonly pictures: Readonly<Record<string, string>>
}
