import { ProviderError, type ProviderErrorCode } from './provider-error.js'
import { type HeaderSource, readRetryDelayMs } from './rate-limit.js'

/** A response of `fetch`, or anything that has its status and headers. */
export interface FailedResponse {
  readonly status: number
  readonly headers: HeaderSource
}

/** Of a body that is quoted in a message. */
const QUOTE_CHARS = 500

const CODES: Readonly<Record<number, ProviderErrorCode>> = {
  401: 'auth',
  402: 'auth',
  403: 'auth',
  408: 'timeout',
  413: 'too_large',
  425: 'overloaded',
  429: 'rate_limited',
  451: 'content',
}

/**
 * The error that an HTTP response other than 2xx stands for, with the delay that its headers or its body ask for: 429 is
 * `rate_limited`, 408 `timeout`, 401, 402 and 403 `auth`, 413 `too_large`, 451 `content`, other 4xx `invalid`,
 * 5xx `overloaded`.
 *
 * @param body searched for a delay; quoted in the message, in part
 */
export function responseError(response: FailedResponse, body = ''): ProviderError {
  const { status, headers } = response
  const code = CODES[status] ?? (status >= 400 && status < 500 ? 'invalid' : 'overloaded')
  const quote = body.trim().slice(0, QUOTE_CHARS)
  const retryAfterMs = readRetryDelayMs(headers, body, Date.now())
  return new ProviderError(code, `HTTP ${status}${quote === '' ? '' : `: ${quote}`}`, {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}
