import type { RunPlan } from '../../engine/movie/run-plan.js'
import type { RunId } from '../../model/id.js'
import type { LimitAdjusted, RunFinished } from '../../model/movie/event.js'

/** A run of the movie, with what it found and what became of it. */
export interface RecordedRun {
  readonly runId: RunId
  readonly concurrency: number
  /** Milliseconds since 1970. */
  readonly startedAtMs: number
  /** Changes before it. */
  readonly firstChange: number
  plan: RunPlan | undefined
  /** The plan does not know all lists that its jobs have made. */
  isStale?: boolean
  finished?: RunFinished & { readonly atMs: number; readonly change: number }
}

export interface RecordedLimit extends Pick<LimitAdjusted, 'limiter' | 'concurrency' | 'requestsPerMinute'> {
  readonly atMs: number
  /** Changes before it. */
  readonly change: number
}
