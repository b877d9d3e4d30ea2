/**
 * How a limiter finds limits that nobody has configured. `refusals`: from answers that say "too many". `latency`: it
 * starts low and also treats growing latency as a sign. `off`: it uses what is configured.
 */
export type Learning = 'off' | 'refusals' | 'latency'

/** What a service takes, as far as the user knows it. */
export interface LimiterSettings {
  /** Attempts in flight. */
  readonly concurrency?: number | undefined
  readonly requestsPerMinute?: number | undefined
  readonly tokensPerMinute?: number | undefined
  /** Time from the first attempt until the whole concurrency is used, growing evenly. */
  readonly rampUpMs?: number | undefined
  /** Begins with a few attempts, and doubles them every half second. */
  readonly isGentle?: boolean
  readonly learning: Learning
  /** Other processes use the same limits, where this engine knows of them. */
  readonly isShared?: boolean
}
