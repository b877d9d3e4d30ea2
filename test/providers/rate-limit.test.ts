import { expect, test } from 'vitest'
import { ProviderError } from '../../src/model/provider-error.js'
import { readRateLimits } from '../../src/model/rate-limit.js'
import { responseError } from '../../src/model/response-error.js'

const NOW = Date.parse('2026-01-02T03:04:05Z')
const read = (headers: Record<string, string>) => readRateLimits(headers, NOW)

test.each([
  [{ 'retry-after-ms': '1500', 'retry-after': '2' }, 1_500],
  [{ 'retry-after': '2' }, 2_000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': '1e308' }, 86_400_000],
  [{ 'retry-after': 'Fri, 02 Jan 2026 03:04:35 GMT' }, 30_000],
  [{ 'retry-after': 'Fri, 02 Jan 2026 03:04:00 GMT' }, 0],
])('a wish to wait: %j', (headers, retryAfterMs) => {
  expect(read(headers)).toEqual({ retryAfterMs })
})

test.each([
  [
    {
      'x-ratelimit-limit-requests': '500',
      'x-ratelimit-remaining-requests': '499',
      'x-ratelimit-reset-requests': '120ms',
      'x-ratelimit-limit-tokens': '30000',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '6m0.5s',
    },
    {
      requests: { limit: 500, remaining: 499, resetMs: 120 },
      tokens: { limit: 30_000, remaining: 0, resetMs: 360_500 },
    },
  ],
  [
    {
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-01-02T03:04:15Z',
      'anthropic-ratelimit-input-tokens-limit': '20000',
    },
    { requests: { limit: 50, remaining: 0, resetMs: 10_000 }, tokens: { limit: 20_000 } },
  ],
  [
    { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '1767323065' },
    { requests: { limit: 60, remaining: 3, resetMs: 20_000 } },
  ],
  [
    { 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '7', 'ratelimit-reset': '12' },
    { requests: { limit: 100, remaining: 7, resetMs: 12_000 } },
  ],
])('allowances: %j', (headers, report) => {
  expect(read(headers)).toEqual(report)
})

test.each([
  {},
  { 'content-type': 'text/plain' },
  { 'retry-after': 'soon' },
  { 'retry-after': '-1' },
  { 'x-ratelimit-limit': 'many' },
])('nothing that can be read: %j', headers => {
  expect(read(headers)).toBeUndefined()
})

test('the headers of fetch are read as well, and a failed response becomes an error with its delay', () => {
  const response = new Response('slow down', { status: 429, headers: { 'Retry-After': '3' } })
  const error = responseError(response, 'slow down')
  expect(error).toBeInstanceOf(ProviderError)
  expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 3_000, message: 'HTTP 429: slow down' })
})

test.each([
  [400, 'invalid'],
  [401, 'auth'],
  [402, 'auth'],
  [404, 'invalid'],
  [408, 'timeout'],
  [413, 'too_large'],
  [451, 'content'],
  [500, 'overloaded'],
  [503, 'overloaded'],
  [304, 'overloaded'],
])('HTTP %i is %s', (status, code) => {
  expect(responseError({ status, headers: {} }).code).toBe(code)
})
