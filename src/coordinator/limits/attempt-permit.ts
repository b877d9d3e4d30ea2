import type { MoneyHold } from './budget/run-money.js'
import type { Call } from './health/call.js'
import type { Permit } from './limiter.js'

/** What an attempt in flight holds. */
export interface AttemptPermit extends MoneyHold {
  readonly permits: readonly Permit[]
  readonly call: Call | undefined
  readonly sizeBytes: number
  /** It goes on with work that an earlier attempt has submitted. */
  readonly isResumed: boolean
  /** The service has taken its work. */
  hasSubmitted: boolean
}
