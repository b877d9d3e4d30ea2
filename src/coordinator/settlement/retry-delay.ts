import type { RetrySpec } from '../../blueprint/blueprint.js'
import type { JobError } from '../../model/movie/event.js'

/** How often one job may be refused by a rate limit, besides its `retry.attempts`. */
export const REFUSAL_LIMIT = 30
/** How often one job may lose a thread that no other job was on before it fails. */
export const THREAD_LOSS_LIMIT = 3

/** A refused job that may come back at once is spread over so long, and twice as long after each refusal. */
const SPREAD_FIRST_MS = 25

const RETRYABLE = new Set<JobError['code']>(['rate_limited', 'overloaded', 'timeout', 'network'])

export interface AttemptHistory {
  /** Failures so far, this one not counted. */
  readonly failures: number
  /** Refusals so far because of too many requests, this one not counted. */
  readonly refusals: number
  /** Lost threads that no other job can have ended, this one not counted. */
  readonly losses: number
  /** Whether no other job can have ended the thread it has lost now. */
  readonly isSoleSuspect: boolean
}

/**
 * Milliseconds until the next attempt, or `undefined` when there is none: exponential backoff with full
 * jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"), never before the provider's own wish.
 *
 * @param random in [0, 1)
 */
export function retryDelayMs(
  error: JobError,
  history: AttemptHistory,
  retry: RetrySpec,
  random: number,
): number | undefined {
  if (error.code === 'worker_lost')
    return history.isSoleSuspect && history.losses + 1 >= THREAD_LOSS_LIMIT ? undefined : 0
  if (!RETRYABLE.has(error.code)) return undefined
  // That others were faster is not the job's fault. A refusal is no attempt, so a single one may be waited for as well.
  const isRefusal = error.code === 'rate_limited'
  const { failures, refusals } = history
  if (isRefusal ? refusals + 1 >= REFUSAL_LIMIT : failures + 1 >= retry.attempts) return undefined
  const ceilingMs = Math.min(retry.maxDelayMs, retry.baseDelayMs * 2 ** (isRefusal ? refusals : failures))
  if (error.retryAfterMs === undefined) return Math.round(random * ceilingMs)
  // A refused job is spread over no more than the provider's own wish, unless it is refused again and again.
  const wishedMs = isRefusal ? error.retryAfterMs + SPREAD_FIRST_MS * 2 ** refusals : retry.baseDelayMs
  const spreadMs = Math.min(retry.baseDelayMs, wishedMs)
  return Math.round(error.retryAfterMs + random * spreadMs)
}
