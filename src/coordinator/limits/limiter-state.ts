/** What a limiter holds to now. */
export interface LimiterState {
  /** Infinity: no limit of its own. */
  readonly concurrency: number
  readonly requestsPerMinute: number | undefined
}

/** What a limiter is doing, for whoever watches a run. */
export interface LimiterProgress {
  /** The provider's name, or that of its group; with the model when it has limits of its own. */
  readonly name: string
  /** Attempts of all runs that share it. */
  readonly inFlight: number
  /** Attempts it lets through at the same time, configured or learned; absent: no limit of its own. */
  readonly concurrency?: number
  /** Configured or learned; absent: none. */
  readonly requestsPerMinute?: number
  /** Milliseconds until it lets the next attempt through: its service has refused one, or says that nothing is left. */
  readonly closedForMs?: number
}
