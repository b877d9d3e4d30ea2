import { setTimeout as sleep } from 'node:timers/promises'
import pRetry from 'p-retry'
import {
  isProviderError,
  ProviderError,
  type ProviderErrorCode,
} from '../../../model/provider/failure/provider-error.js'
import type { ProduceContext } from '../../../model/provider/provider.js'
import { RETRY_AFTER_LIMIT_MS } from '../../../model/provider/read-rate-limits.js'
import { FileUnavailableError } from '../fetch/file-unavailable-error.js'
import { REMOTE_RETRY_MAX_MS } from './polling.js'

const TRANSIENT = new Set<ProviderErrorCode>(['rate_limited', 'overloaded', 'timeout', 'network'])

const isTransient = (error: unknown): boolean => isProviderError(error) && TRANSIENT.has(error.code)

const isRepeatable = (error: unknown): boolean =>
  isTransient(error) && !(error instanceof FileUnavailableError && error.isFinal)

/**
 * A question about a job that fails says nothing about the job: the error of it is one that keeps the job on
 * record, for the next attempt to ask again.
 */
export function keptError(error: unknown): ProviderError {
  if (isProviderError(error) && (isTransient(error) || error.code === 'auth')) return error
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  return new ProviderError(name === 'TimeoutError' ? 'timeout' : 'overloaded', message, { cause: error })
}

export interface RetryBudget {
  /** Tries in all. */
  readonly attempts: number
  /** Before the second try; doubled for each further one. */
  readonly baseMs: number
}

/**
 * Repeats what may be repeated without paying: a question, a download. Exponential backoff with jitter, after
 * the delay that the service asks for. Ends at once with the signal's reason.
 * @throws the last error, or the first one that a repetition cannot cure
 */
export async function retrying<Result>(
  what: string,
  { attempts, baseMs }: RetryBudget,
  context: Pick<ProduceContext, 'signal' | 'log'>,
  action: () => Promise<Result>,
): Promise<Result> {
  const { signal } = context
  return await pRetry(action, {
    retries: attempts - 1,
    minTimeout: baseMs,
    maxTimeout: REMOTE_RETRY_MAX_MS,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => isRepeatable(error),
    async onFailedAttempt({ error, retriesLeft }) {
      signal.throwIfAborted()
      if (retriesLeft === 0 || !isRepeatable(error)) return
      context.log('debug', `${what} is tried again: ${error.message}`)
      const askedMs = isProviderError(error) ? error.retryAfterMs : undefined
      if (askedMs !== undefined) await sleep(Math.min(askedMs, RETRY_AFTER_LIMIT_MS), undefined, { signal })
    },
  })
}
