import { ProviderError, type ProviderErrorCode } from '../model/provider-error.js'
import { type FailedResponse, responseError } from '../model/response-error.js'

/** What services say in a body when the status alone would mislead. */
const MEANINGS: readonly (readonly [words: RegExp, code: ProviderErrorCode])[] = [
  // A 429 that no waiting helps.
  [/insufficient_quota|billing_hard_limit_reached|billing_not_active|credit balance is too low/i, 'auth'],
  [
    /context_length_exceeded|maximum context length|context window|prompt is too long|string_above_max_length/i,
    'too_large',
  ],
  [/content_policy_violation|content_filter|moderation_blocked|safety system/i, 'content'],
]

/**
 * The error of a model service's answer: {@link responseError}, corrected by what its body says. A 401 is
 * not quoted, since services repeat the key in it.
 */
export function apiError(response: FailedResponse, body: string): ProviderError {
  const { status } = response
  const general = responseError(response, body)
  const code =
    status < 500 ? (MEANINGS.find(([words]) => words.test(body))?.[1] ?? general.code) : general.code
  const message = status === 401 ? 'HTTP 401: the service refused the API key.' : general.message
  const { retryAfterMs } = general
  return new ProviderError(code, message, { ...(retryAfterMs !== undefined && { retryAfterMs }) })
}
