import { setTimeout as sleep } from 'node:timers/promises'
import pRetry from 'p-retry'
import { isProviderError, ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { ServiceFailures } from './batch-api.js'

/** A call that may be repeated (upload, poll, download) fails its jobs after so many failures in a row. */
const BATCH_CALL_ATTEMPTS = 10
export const BATCH_CALL_MAX_DELAY_MS = 60_000

export interface Steadiness {
  readonly failures: ServiceFailures
  /** Delay after the first failure; doubles with each. */
  readonly baseDelayMs: number
  readonly signal?: AbortSignal
}

/**
 * Repeats a call that costs nothing until it succeeds: a poll that fails must not fail the jobs that wait for
 * it. @throws what the last failure means, after {@link BATCH_CALL_ATTEMPTS} or one that no waiting helps
 */
export async function steadily<Result>(
  call: () => Promise<Result>,
  { failures, baseDelayMs, signal }: Steadiness,
): Promise<Result> {
  const attempt = () =>
    call().catch(thrown => {
      const error = failures.meaningOf(thrown)
      // A download that breaks off is an error of `fetch`.
      throw error instanceof TypeError ? new ProviderError('network', error.message, { cause: error }) : error
    })
  return await pRetry(attempt, {
    retries: BATCH_CALL_ATTEMPTS - 1,
    minTimeout: baseDelayMs,
    maxTimeout: Math.max(baseDelayMs, BATCH_CALL_MAX_DELAY_MS),
    ...(signal && { signal }),
    shouldRetry: ({ error }) => isPassing(error),
    async onFailedAttempt({ error, retriesLeft }) {
      const askedMs = isProviderError(error) ? error.retryAfterMs : undefined
      if (askedMs === undefined || retriesLeft === 0 || !isPassing(error)) return
      await sleep(Math.min(askedMs, BATCH_CALL_MAX_DELAY_MS), undefined, signal && { signal })
    },
  })
}

/** Whether the same may succeed in a while. */
export const isPassing = (error: unknown): boolean =>
  isProviderError(error) && ['rate_limited', 'overloaded', 'timeout', 'network'].includes(error.code)
