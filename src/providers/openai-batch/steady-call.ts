import { setTimeout as sleep } from 'node:timers/promises'
import { isProviderError } from '../../model/provider/provider-error.js'
import { openAiError } from './openai-error.js'

/** A call that may be repeated (upload, poll, download) fails its jobs after so many failures in a row. */
const OPENAI_CALL_ATTEMPTS = 10
export const OPENAI_CALL_MAX_DELAY_MS = 60_000

export interface Steadiness {
  /** Delay after the first failure; doubles with each. */
  readonly baseDelayMs: number
  readonly signal?: AbortSignal
}

/**
 * Repeats a call that costs nothing until it succeeds: a poll that fails must not fail the jobs that wait for
 * it. @throws what the last failure means, after {@link OPENAI_CALL_ATTEMPTS} or one that no waiting helps
 */
export async function steadily<Result>(
  call: () => Promise<Result>,
  { baseDelayMs, signal }: Steadiness,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (thrown) {
      const error = openAiError(thrown)
      if (signal?.aborted || attempt >= OPENAI_CALL_ATTEMPTS || !isPassing(error)) throw error
      const delayMs = Math.min(baseDelayMs * 2 ** (attempt - 1), OPENAI_CALL_MAX_DELAY_MS)
      const askedMs = isProviderError(error) ? (error.retryAfterMs ?? 0) : 0
      await sleep(
        Math.max(delayMs, Math.min(askedMs, OPENAI_CALL_MAX_DELAY_MS)),
        undefined,
        signal && { signal },
      )
    }
  }
}

/** Whether the same may succeed in a while. */
export function isPassing(error: unknown): boolean {
  if (isProviderError(error)) return ['rate_limited', 'overloaded', 'timeout', 'network'].includes(error.code)
  // A download that breaks off is an error of `fetch`.
  return error instanceof TypeError
}
