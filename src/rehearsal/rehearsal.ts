import type { RunCounts, StopReason } from '../model/run/run-status.js'

/** What one provider did in a rehearsal. */
export interface ProviderUse {
  /** The provider's name. */
  readonly provider: string
  /** Calls. */
  readonly attempts: number
  /** Calls that failed. */
  readonly failedAttempts: number
  /** Attempts in flight, on average over the run. */
  readonly meanInFlight: number
  /** In milliseconds. */
  readonly meanLatencyMs: number
}

/** What a run would probably be like, in brief. */
export interface RehearsalSums {
  /** From its start to its end, in milliseconds. */
  readonly durationMs: number
  /** Jobs by how they ended. */
  readonly counts: RunCounts
  /** Why it ended before all was made. */
  readonly stopReason: StopReason | undefined
  /** In US dollars. */
  readonly costUsd: number
}

/** What a run was like that was played once. */
export interface RehearsedRun extends RehearsalSums {
  /** Share of the run's places that were in use, in [0, 1]. */
  readonly utilisation: number
  /** What each provider had to do. */
  readonly providers: readonly ProviderUse[]
  /** What holds the run back most of the time. */
  readonly bottleneck: Bottleneck
}

/** What a run would probably be like. */
export interface Rehearsal extends RehearsedRun {
  /** Jobs that the run does not come to, since people are to approve first what they read; absent: none. */
  readonly waiting?: number
  /**
   * Of a run that makes lists: with the fewest elements that they may have. The rehearsal itself goes by how many they
   * had last time, by the loop's `expect`, or by its `max`. Absent: all lists are known.
   */
  readonly least?: RehearsalSums
  /** Likewise with the most; absent as well where those are more jobs than can be played in seconds. */
  readonly most?: RehearsalSums
}

/**
 * `concurrency`: the run's own places are all in use; `provider`: the limits of one; `dependencies`: jobs wait for
 * other jobs.
 */
export type Bottleneck =
  | {
      /** What limits the run. */
      readonly type: 'concurrency' | 'dependencies'
    }
  | {
      /** What limits the run. */
      readonly type: 'provider'
      /** The provider whose limits do. */
      readonly provider: string
    }
