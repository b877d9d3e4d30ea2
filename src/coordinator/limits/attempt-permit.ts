import type { Call } from './health/call.js'
import type { SentCall } from './learning/evidence/dispatch-order.js'

/** What an attempt has kept aside, in US dollars. */
export interface MoneyHold {
  /** In budgets; undefined when nothing was kept aside. */
  readonly reserved: number | undefined
  /** Counted by budgets already, for the work that the attempt goes on with. */
  readonly counted: number
  /** The most that the attempt can cost; undefined when no price bounds it. */
  readonly mostCostUsd: number | undefined
}

/** What an attempt in flight holds of one limiter. */
export interface Permit {
  readonly startedAtMs: number
  /** Attempts in flight with it, itself counted. */
  readonly level: number
  readonly tokens: number
  /** It goes on with work that the service has taken already, so it is no new request. */
  readonly isResumed: boolean
  readonly call: SentCall
}

/** What an attempt in flight holds. */
export interface AttemptPermit extends MoneyHold {
  readonly permits: readonly Permit[]
  readonly call: Call | undefined
  readonly sizeBytes: number
  /** Tokens, as its texts suggest; 0 where nobody counts them. */
  readonly likelyTokens: number
  /** It goes on with work that an earlier attempt has submitted. */
  readonly isResumed: boolean
  /** The service has taken its work. */
  hasSubmitted: boolean
}
