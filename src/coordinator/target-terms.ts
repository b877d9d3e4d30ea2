import type { FallbackReason } from '../blueprint/fallback-schema.js'
import type { MoneyTerms } from './limits/budget/run-money.js'
import type { EndpointHealth } from './limits/health/endpoint-health.js'
import type { Limiter } from './limits/limiter.js'

/** What the jobs that one target answers cost and need, as a plan knows it. */
export interface PlannedTerms extends MoneyTerms {
  /** The target that this one is a model of; absent: of none. */
  readonly base?: number
  /** Targets that are asked after it, where it fails; absent: none. */
  readonly later?: readonly number[]
  /** Failures after which they are asked. */
  readonly fallbackOn?: readonly FallbackReason[]
  /** It works on this machine, as far as is known. */
  readonly isLocal: boolean
  /** Its share of the places, against other families. */
  readonly weight: number
  readonly maxOutputTokens: number | undefined
  /** Bytes that a job is assumed to make until a job of its family has shown how many they are. @default 0 */
  readonly assumedBytes?: number
  /** Bytes of a prompt in the config; undefined: the size of a job's texts matters to nobody. */
  readonly promptBytes: number | undefined
}

/** How the jobs that one target answers are admitted. */
export interface TargetTerms extends PlannedTerms {
  /** Every limiter has to let a job pass: the account's, then that of the model, which is part of it. */
  readonly limiters: readonly Limiter[]
  /** Whether the service that its jobs call answers; absent: they call none. */
  readonly health?: EndpointHealth | undefined
}
