/**
 * How a lane finds limits that nobody has configured. `refusals`: from answers that say "too many"; `latency`:
 * it starts low, and also takes growing latency for a sign; `off`: it keeps to what is configured.
 */
export type Learning = 'off' | 'refusals' | 'latency'

/** What a service takes, as far as the user knows it. */
export interface LaneLimits {
  /** Attempts in flight. */
  readonly concurrency?: number | undefined
  readonly requestsPerMinute?: number | undefined
  readonly tokensPerMinute?: number | undefined
  /** Time from the first attempt until the whole concurrency is used, growing evenly. */
  readonly rampUpMs?: number | undefined
  /** Begins with a few attempts, and doubles them every half second. */
  readonly isGentle?: boolean
  readonly learning: Learning
}

/** What a lane holds to now. */
export interface LaneState {
  /** Infinity: no limit of its own. */
  readonly concurrency: number
  readonly requestsPerMinute: number | undefined
}

/** What a lane is doing, for whoever watches a run. */
export interface LaneProgress {
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

/** What the answer to an attempt says about the load of the service. */
export type LaneVerdict =
  /** It did the work. */
  | 'accepted'
  /** It answered, but this says nothing of its load: the request was wrong. */
  | 'answered'
  /** Too many requests. */
  | 'refused'
  /** Busy, broken or too slow. */
  | 'troubled'
  /** It may have seen the request or not. */
  | 'unknown'
