import type { HeaderSource } from '../rate-limit.js'
import { headersIn, readRetryDelayMs } from '../read-rate-limits.js'
import { errorMeaning } from './error-meaning.js'
import { ProviderError } from './provider-error.js'

/** A response of `fetch`, or anything that has its status and headers. */
export interface FailedResponse {
  /** The HTTP status. */
  readonly status: number
  /** Looked at for delays. */
  readonly headers: HeaderSource
}

/** Of a body that is quoted in a message. */
const QUOTE_CHARS = 500

/**
 * The error that an HTTP response other than 2xx stands for, with the delay that its headers or its body ask for: 429 is
 * `rate_limited`, 408 `timeout`, 401, 402 and 403 `auth`, 413 `too_large`, 451 `content`, other 4xx `invalid`,
 * 5xx `overloaded`. Well-known words in the body of a 4xx go before its status: a refused key, no credit and a quota of a
 * day are `auth`, a prompt that is too long is `too_large`, one that a filter refused `content`.
 *
 * @param body searched for a delay and for such words; quoted in the message, in part
 */
export function responseError(response: FailedResponse, body = ''): ProviderError {
  const { status, headers } = response
  const target = status >= 300 && status < 400 ? headersIn(headers)('location') : undefined
  if (target !== undefined) {
    const to = target.replace(/[?#].*$/s, '').slice(0, QUOTE_CHARS)
    const words = `HTTP ${status}: the request is redirected to ${to}, which is not followed. Set the address that is meant.`
    return new ProviderError('invalid', words, { isOfSetup: true })
  }
  const retryAfterMs = readRetryDelayMs(headers, body, Date.now(), status === 429)
  const { code, ...traits } = errorMeaning(status, body, retryAfterMs)
  const quote = body.trim().slice(0, QUOTE_CHARS)
  return new ProviderError(code, `HTTP ${status}${quote === '' ? '' : `: ${quote}`}`, {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...traits,
  })
}
