import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ProviderError } from '../../../src/model/provider/failure/provider-error.js'
import { responseError } from '../../../src/model/provider/failure/response-error.js'
import { isUnserved } from '../../../src/model/provider/failure/unserved.js'
import { readRateLimits, readRetryDelayMs } from '../../../src/model/provider/read-rate-limits.js'

const NOW = Date.parse('2026-01-02T03:04:05Z')
const read = (headers: Record<string, string>) => readRateLimits(headers, NOW)

test.each([
  [{ 'retry-after-ms': '1500', 'retry-after': '2' }, 1_500],
  [{ 'retry-after': '2' }, 2_000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': '100000' }, 86_400_000],
  [{ 'retry-after': ' 3 ' }, 3_000],
  [{ 'retry-after': '30, 30' }, 30_000],
  [{ 'retry-after': '30,120' }, 120_000],
  [{ 'retry-after': '6m0s' }, 360_000],
  [{ 'retry-after': '1767323065' }, 20_000],
  [{ 'retry-after': '1767323065000' }, 20_000],
  [{ 'retry-after': '1767323065000000' }, 20_000],
  [{ 'retry-after': '1767323045' }, 0],
  [{ 'x-ms-retry-after-ms': '700' }, 700],
  [{ 'retry-after': 'Friday, 02-Jan-26 03:04:35 GMT' }, 30_000],
  [{ 'retry-after': 'Fri Jan  2 03:04:35 2026' }, 30_000],
  [{ 'retry-after': '2026-01-02T03:04:35Z' }, 30_000],
  [{ 'retry-after': '2026-01-02T05:04:35.000+02:00' }, 30_000],
  [{ 'retry-after': 'Fri, 02 Jan 2026 03:04:35 GMT, Fri, 02 Jan 2026 03:05:05 GMT' }, 60_000],
  // A service whose clock is an hour ahead of ours.
  [{ date: 'Fri, 02 Jan 2026 04:04:05 GMT', 'retry-after': 'Fri, 02 Jan 2026 04:04:15 GMT' }, 10_000],
  [{ 'retry-after': 'Fri, 02 Jan 2026 03:04:35 GMT' }, 30_000],
  [{ 'retry-after': '02 Jan 2026 03:04:35 GMT' }, 30_000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 19:04:35 PST' }, 30_000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 22:04:35 -0500' }, 30_000],
  [{ 'retry-after': 'Friday, 02-Jan-26 03:04:35 GMT, 40' }, 40_000],
  [{ 'retry-after': 'PT1M30S' }, 90_000],
  [{ 'retry-after': 'P1DT0.5S' }, 86_400_000],
  [{ 'retry-after': '00:01:30' }, 90_000],
  [{ 'retry-after': '"30"' }, 30_000],
  [{ 'retry-after': '30;w=60' }, 30_000],
  [{ 'retry-after': '30.' }, 30_000],
  [{ 'retry-after': '-1, 30' }, 30_000],
  [{ 'retry-after': '1767323065.5' }, 20_500],
  [{ 'retry-after-ms': '-1', 'retry-after': '4' }, 4_000],
  [{ 'x-retry-after': '7' }, 7_000],
  [{ 'x-ratelimit-retry-after': '7' }, 7_000],
  [{ 'retry-after': 'Fri, 02 Jan 2026 03:04:00 GMT' }, 0],
  [{ 'retry-after': 'Fri Jan 02 2026 03:04:35 GMT+0000 (Coordinated Universal Time)' }, 30_000],
  [{ 'retry-after': 'Fri Jan  2 03:04:35 UTC 2026' }, 30_000],
  [{ 'retry-after': 'Fri, 02 Jan 26 03:04:35 GMT' }, 30_000],
  [{ 'retry-after': 'Fri, 02 Jan 2026 03:04:35' }, 30_000],
  [{ 'retry-after': 'Fri, 02 Jan 2026 04:04:35 CET' }, 30_000],
  [{ 'retry-after': '20260102T030435Z' }, 30_000],
  [{ 'retry-after': 'P0Y0M0DT0H0M30S' }, 30_000],
  [{ 'retry-after': '30s, 40s' }, 40_000],
  [{ 'retry-after': '1 minute, 30 seconds' }, 90_000],
  [{ 'retry-after': "'30'" }, 30_000],
  [{ 'retry-after': '2 weeks' }, 86_400_000],
  [{ 'retry-after-ms': '1767323065' }, 20_000],
  [{ 'Retry-After': '30' }, 30_000],
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
  [
    { ratelimit: '"default";r=0;t=30', 'ratelimit-policy': '"default";q=100;w=60' },
    { requests: { limit: 100, remaining: 0, resetMs: 30_000 } },
  ],
  [
    { ratelimit: '"minute";r=9;t=30, "day";r=0;t=900', 'ratelimit-policy': '"minute";q=10;w=60, "day";q=50' },
    { requests: { limit: 50, remaining: 0, resetMs: 900_000 } },
  ],
  [
    { ratelimit: 'limit=100, remaining=0, reset=5' },
    { requests: { limit: 100, remaining: 0, resetMs: 5_000 } },
  ],
  [
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '1.5' },
    { requests: { remaining: 0, resetMs: 1_500 } },
  ],
  [
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1767323065000' },
    { requests: { remaining: 0, resetMs: 20_000 } },
  ],
  // Fractions, and more than all used.
  [
    { 'x-ratelimit-limit': '600', 'x-ratelimit-remaining': '0.0', 'x-ratelimit-reset': '20' },
    { requests: { limit: 600, remaining: 0, resetMs: 20_000 } },
  ],
  [{ 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '-1' }, { requests: { limit: 10, remaining: 0 } }],
  [
    { 'x-ratelimit-requests-remaining': '0', 'x-ratelimit-requests-reset': '20' },
    { requests: { remaining: 0, resetMs: 20_000 } },
  ],
  [
    { 'x-ratelimit-remaining-minute': '0', 'x-ratelimit-reset-minute': '20' },
    { requests: { remaining: 0, resetMs: 20_000 } },
  ],
  [
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-ms': '2500' },
    { requests: { remaining: 0, resetMs: 2_500 } },
  ],
  [{ ratelimit: 'r=0, t=20' }, { requests: { remaining: 0, resetMs: 20_000 } }],
  // Of several, the one that is used up.
  [
    {
      'x-ratelimit-remaining-requests': '5',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-remaining-requests-day': '0',
      'x-ratelimit-reset-requests-day': '1h0m1s',
    },
    { requests: { remaining: 0, resetMs: 3_601_000 } },
  ],
  [
    {
      'anthropic-ratelimit-tokens-remaining': '900',
      'anthropic-ratelimit-output-tokens-remaining': '0',
      'anthropic-ratelimit-output-tokens-reset': '2026-01-02T03:04:35Z',
    },
    { tokens: { remaining: 0, resetMs: 30_000 } },
  ],
])('allowances: %j', (headers, report) => {
  expect(read(headers)).toEqual(report)
})

test.each([
  {},
  { 'content-type': 'text/plain' },
  { 'retry-after': 'soon' },
  { 'retry-after': '-1' },
  { 'retry-after': '-5, -3' },
  { 'retry-after': 'P' },
  { 'retry-after': 'PT' },
  { 'retry-after': '00:99:00' },
  { 'retry-after': '' },
  { 'retry-after': 'NaN' },
  { 'retry-after': 'Infinity' },
  { 'retry-after': '1e308' },
  { 'retry-after': 'Wed, 21 Oct 2099 07:28:00 GMT' },
  { 'retry-after': 'Fri, 02 Foo 2026 03:04:35 GMT' },
  { 'x-ratelimit-limit': 'many' },
])('nothing that can be read: %j', headers => {
  expect(read(headers)).toBeUndefined()
})

test.each([
  [
    { error: { details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '58.25s' }] } },
    58_250,
  ],
  [{ retry_delay: { seconds: 43 } }, 43_000],
  ['429 Quota exceeded [violations {\n}\n, retry_delay {\n  seconds: 43\n}\n]', 43_000],
  [{ error: { message: '{"error": {"details": [{"retryDelay": "33s"}]}}' } }, 33_000],
  [{ error: '{"retry_after": 8}' }, 8_000],
  [{ parameters: { retry_after: 3 }, description: 'Too Many Requests: retry after 3' }, 3_000],
  [{ errors: [{ extensions: { retryAfter: 9 } }] }, 9_000],
  [{ wait_time: 5 }, 5_000],
  [{ retryAfterInSeconds: 6 }, 6_000],
  [{ reset_time: '2026-01-02T03:04:35Z' }, 30_000],
  [{ retry_after: '00:00:09' }, 9_000],
  ['exceeded the token rate limit of your S0 pricing tier. Please retry after 9 seconds. Go here:', 9_000],
  [{ detail: 'Request was throttled. Your rate limit resets in ~30s.' }, 30_000],
  [
    { error: { message: 'Limit 10000, Used 9558, Requested 1205. Please try again in 1h2m3.4s.' } },
    3_723_400,
  ],
  ['Please try again in a minute', 60_000],
  ['Retry in 00:00:12', 12_000],
  ['try again at Fri, 02 Jan 2026 03:04:35 GMT', 30_000],
  [{ details: [{ retryDelay: { seconds: '20', nanos: 500_000_000 } }] }, 20_500],
  [{ message: 'You are being rate limited.', retry_after: 1.5, global: false }, 1_500],
  [{ error: { 'retry-after': '12' } }, 12_000],
  [{ retry_after_ms: 900 }, 900],
  [{ retryAfterMs: 250 }, 250],
  [{ error: { resets_in_seconds: 3_600 } }, 3_600_000],
  [{ error: 'Model is loading', estimated_time: 20.5 }, 20_500],
  [{ error: { metadata: { headers: { 'X-RateLimit-Reset': '1767323065000' } } } }, 20_000],
  [{ error: { message: 'Rate limit reached. Please try again in 6m0s. Visit our page.' } }, 360_000],
  [{ error: { message: 'Please try again in 338ms.' } }, 338],
  ['Quota exceeded. Please retry in 20.5s.', 20_500],
  ['Please retry after 26 seconds.', 26_000],
  ['Please wait 2 minutes and 30 seconds before you try it again', 150_000],
  ['Request was throttled. Expected available in 17 seconds.', 17_000],
  ['The limit resets in 45 sec', 45_000],
  ['rate limited; retry_after=7', 7_000],
  ['Try again at 2026-01-02T03:04:35Z', 30_000],
  ['Rate limit reset at 1767323065', 20_000],
  [
    'You have exceeded 150 requests within a 10 second period, and have been timed out for 60 seconds.',
    60_000,
  ],
  ['next request allowed in 5s', 5_000],
  ['try again in: 5 seconds', 5_000],
  ['Please wait 1,200 seconds', 1_200_000],
  ['retry_after_ms=1500', 1_500],
  ['<Error><Code>SlowDown</Code><RetryAfterSeconds>30</RetryAfterSeconds></Error>', 30_000],
  ['data: {"error":{"retry_after_ms":500}}\n\ndata: [DONE]', 500],
  ['{"error":"slow down"}\n{"retry_after":5}', 5_000],
  [{ error: 'slow down', reset: 1_767_323_065 }, 20_000],
  [{ retry_after_sec: 5 }, 5_000],
  [{ seconds_until_reset: 5 }, 5_000],
  [{ next_available_at: '2026-01-02T03:04:35Z' }, 30_000],
  [{ headers: { 'retry-after': ['3'] } }, 3_000],
])('a delay that only the body names: %j', (body, retryAfterMs) => {
  expect(readRetryDelayMs({}, typeof body === 'string' ? body : JSON.stringify(body), NOW)).toBe(retryAfterMs)
})

test.each([
  'Please try again later.',
  'Too many requests, please wait before trying again.',
  'retry in 20% of the cases',
  'the request timed out after 30 seconds',
  'Limit is 3 requests in 60 seconds',
  'Too many requests, please wait before trying again. You have sent too many requests.  Wait before trying again.',
  'Rate limit exceeded: 10 per 1 minute. Try again in a few moments',
  'Please wait a while',
  '{"retry_after": -1}',
  '{"retry_after": "soon"}',
  '{"retry_after": null, "limit": 20}',
  '{"broken": ',
  `${'['.repeat(5_000)}`,
])('a body that names none: %s', body => {
  expect(readRetryDelayMs({}, body, NOW)).toBeUndefined()
})

test('headers go before the body, and both before the reset of what is used up', () => {
  const empty = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '9s' }
  expect(readRetryDelayMs({ 'retry-after': '2', ...empty }, 'try again in 5s', NOW)).toBe(2_000)
  expect(readRetryDelayMs(empty, 'try again in 5s', NOW)).toBe(5_000)
  expect(readRetryDelayMs(empty, 'too many', NOW)).toBe(9_000)
})

test('the reset of which nothing else is said is a delay for a refusal only', () => {
  for (const name of [
    'x-ratelimit-reset',
    'x-ratelimit-reset-requests',
    'ratelimit-reset',
    'x-ratelimit-reset-after',
  ]) {
    expect(readRetryDelayMs({ [name]: '20' }, '', NOW, true)).toBe(20_000)
    expect(readRetryDelayMs({ [name]: '20' }, '', NOW)).toBeUndefined()
  }
  const left = { 'x-ratelimit-remaining-requests': '5', 'x-ratelimit-reset-requests': '20s' }
  expect(readRetryDelayMs(left, '', NOW, true)).toBeUndefined()
})

test('no text makes an error, a negative delay or one of more than a day', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.date().map(String)), text => {
      const report = readRateLimits(
        { 'retry-after': text, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': text },
        NOW,
      )
      const delays = [
        report?.retryAfterMs,
        report?.requests?.resetMs,
        readRetryDelayMs({}, `retry in ${text}`, NOW),
      ]
      for (const delay of delays)
        if (delay !== undefined) {
          expect(delay).toBeGreaterThanOrEqual(0)
          expect(delay).toBeLessThanOrEqual(86_400_000)
        }
    }),
  )
})

test('headers as long as a server may send them take no longer than their length', () => {
  const blank = '\t'.repeat(8_000)
  expect(readRateLimits({ 'retry-after': `${'\n\t'.repeat(4_000)}"` }, NOW)).toBeUndefined()
  expect(
    readRateLimits({ ratelimit: `${blank}-${blank}"-;r=1`, 'ratelimit-policy': '"a";q=5' }, NOW),
  ).toEqual({ requests: { remaining: 1 } })
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

const GOOGLE_DAY = JSON.stringify({
  error: {
    status: 'RESOURCE_EXHAUSTED',
    details: [
      { violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }] },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34s' },
    ],
  },
})

test.each([
  [429, '{"error":{"code":"insufficient_quota"}}', { code: 'auth' }],
  [400, 'Your credit balance is too low to access the API.', { code: 'auth' }],
  [403, '{"error":"Insufficient credits"}', { code: 'auth' }],
  [429, GOOGLE_DAY, { code: 'auth' }],
  [429, 'Rate limit reached on requests per day (RPD): Limit 200. Try again in 7m12s.', { code: 'auth' }],
  [429, 'Rate limit exceeded: free-models-per-day', { code: 'auth' }],
  // A quota that gives back in seconds is worth a wait.
  [
    429,
    'Rate limit reached on tokens per day (TPD). Please try again in 12.5s.',
    { code: 'rate_limited', retryAfterMs: 12_500 },
  ],
  [429, GOOGLE_DAY.replace('PerDay', 'PerMinute'), { code: 'rate_limited', retryAfterMs: 34_000 }],
  [404, '{"error":{"code":"model_not_found"}}', { code: 'invalid', isOfSetup: true }],
  [
    404,
    'The model `gpt-x` does not exist or you do not have access to it.',
    { code: 'invalid', isOfSetup: true },
  ],
  [
    404,
    '{"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}}',
    { code: 'invalid', isOfSetup: true },
  ],
  [404, 'no such picture', { code: 'invalid', isOfSetup: false }],
  [400, 'prompt is too long', { code: 'too_large' }],
  [400, 'content_policy_violation', { code: 'content' }],
  [503, 'busy', { code: 'overloaded', isUnserved: true }],
  [529, 'overloaded_error', { code: 'overloaded', isUnserved: true }],
  [500, 'Internal server error', { code: 'overloaded', isUnserved: false }],
  [500, 'insufficient_quota', { code: 'auth' }],
])('HTTP %i with %s', (status, body, error) => {
  expect(responseError({ status, headers: {} }, body)).toMatchObject(error)
})

test('an error says that nothing was taken when no connection came about, and only then', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  const reset = Object.assign(new Error('read'), { code: 'ECONNRESET' })
  const late = Object.assign(new Error('connect'), { code: 'ETIMEDOUT', syscall: 'connect' })
  const wrapped = (cause: unknown) => new TypeError('fetch failed', { cause })
  for (const error of [refused, late, wrapped(refused), wrapped(new AggregateError([refused]))])
    expect(isUnserved(error)).toBe(true)
  for (const error of [reset, wrapped(reset), new Error('any'), undefined])
    expect(isUnserved(error)).toBe(false)
})
