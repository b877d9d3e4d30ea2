import type { MoneyHold } from './budget/run-money.js'
import type { Call } from './health/call.js'
import type { Passage } from './lane.js'

/** What an attempt in flight holds. */
export interface Permit extends MoneyHold {
  readonly passages: readonly Passage[]
  readonly call: Call | undefined
  readonly sizeBytes: number
  /** It goes on with work that an earlier attempt has submitted. */
  readonly isResumed: boolean
  /** The service has taken its work. */
  hasSubmitted: boolean
}
