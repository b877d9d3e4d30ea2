import { JOB_ERROR_CODES, type JobErrorCode } from '../../error/job-error-code.js'
import type { JsonObject } from '../../json.js'

/** The codes that a provider may give; docs/errors.md says what follows from each. */
export type ProviderErrorCode = Exclude<JobErrorCode, 'worker_lost' | 'cancelled'>

/** What else is known of a failure. */
export interface ProviderErrorOptions {
  /** Earliest moment of the next attempt, in milliseconds from now; a day at most. */
  readonly retryAfterMs?: number
  /**
   * The service has not taken the request: there was no connection, or it said so (503, 529). Nothing was paid, and no
   * job is to blame.
   */
  readonly isUnserved?: boolean
  /** Every job with the same account, model and settings fails the same way, as it does after any `auth`. */
  readonly isOfSetup?: boolean
  /** What the service counted for the answer that could not be used, as in {@link ProduceResult}. */
  readonly usage?: JsonObject
  /** What the service charged for it, in US dollars. */
  readonly costUsd?: number
  /** What the service answered, where it was of no use: kept in the log to look at, up to a limit. */
  readonly answer?: string
  /** The error behind it, as in `Error`. */
  readonly cause?: unknown
}

const OPTIONS: Readonly<Record<keyof ProviderErrorOptions, true>> = {
  retryAfterMs: true,
  isUnserved: true,
  isOfSetup: true,
  usage: true,
  costUsd: true,
  answer: true,
  cause: true,
}

/**
 * What a program without types would never hear: the option counts for nothing. Said in the message, since an error of
 * its own would take the code, and with it the retry, from a failure.
 */
function aboutUnknown(options: object): string {
  const unknown = Object.keys(options).filter(name => !Object.hasOwn(OPTIONS, name))
  if (unknown.length === 0) return ''
  return ` (ProviderError has no option ${unknown.map(name => `"${name}"`).join(', ')}, only ${Object.keys(OPTIONS).join(', ')}.)`
}

/**
 * Thrown by a provider to say how a failure is to be treated: `rate_limited`, `overloaded`, `timeout` and
 * `network` are retried; `invalid`, `auth`, `content`, `too_large` and `bug` are not. Of other errors, connection
 * errors and the failed responses that client libraries throw go by what they say; any other one
 * thrown by a provider counts as `bug`. After `rejected` the job is asked again, and told the message and the `answer`. An answer that was charged and cannot be used says so in `usage` or `costUsd`.
 */
export class ProviderError extends Error {
  /** Tells it from other errors, also where the class was loaded twice. */
  override readonly name = 'ProviderError'
  /** How the failure is treated. */
  readonly code: ProviderErrorCode
  /** Earliest moment of the next attempt, in milliseconds from now. */
  readonly retryAfterMs: number | undefined
  /** The service has not taken the request. */
  readonly isUnserved: boolean
  /** Every job with the same settings fails the same way. */
  readonly isOfSetup: boolean
  /** What the service counted for an answer that could not be used. */
  readonly usage: JsonObject | undefined
  /** In US dollars. */
  readonly costUsd: number | undefined
  /** What the service answered, where it was of no use. */
  readonly answer: string | undefined

  constructor(code: ProviderErrorCode, message: string, options: ProviderErrorOptions = {}) {
    super(message + aboutUnknown(options), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryAfterMs = options.retryAfterMs
    this.isUnserved = options.isUnserved ?? false
    this.isOfSetup = options.isOfSetup ?? false
    this.usage = options.usage
    this.costUsd = options.costUsd
    this.answer = options.answer
  }
}

/** True also for a {@link ProviderError} of another copy of this package. */
export function isProviderError(error: unknown): error is ProviderError {
  return (
    error instanceof Error &&
    error.name === 'ProviderError' &&
    isProviderErrorCode((error as ProviderError).code)
  )
}

/** What only the engine can know is not for a provider to claim. */
const isProviderErrorCode = (code: JobErrorCode): boolean =>
  JOB_ERROR_CODES.includes(code) && code !== 'worker_lost' && code !== 'cancelled'
