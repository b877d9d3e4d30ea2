import { expect, test } from 'vitest'
import { responseError } from '../../../../src/model/provider/failure/response-error.js'

const meaning = (status: number, body: string) => {
  const { code, isOfSetup } = responseError({ status, headers: {} }, body)
  return isOfSetup ? `${code}, of the setup` : code
}

const google = (quotaId: string, { delay = '34s', value = '250', words = '' } = {}) =>
  JSON.stringify({
    error: {
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      message: `You exceeded your current quota, please check your plan and billing details.${words}`,
      details: [
        { violations: [{ quotaId, quotaValue: value }] },
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: delay },
      ],
    },
  })

test.each([
  'API key not valid. Please pass a valid API key.',
  'API key expired. Please renew the API key.',
  'Incorrect API key provided: xx***yy. You can obtain an API key from our console.',
  '{"error":{"details":[{"reason":"API_KEY_INVALID"}]}}',
  'User location is not supported for the API use.',
  'This organization has been disabled.',
  'You have reached your specified API usage limits. You will regain access on 2027-01-01 at 00:00 UTC.',
  'Account x is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices.',
  '{"code":"Arrearage","message":"Access denied, please make sure your account is in good standing."}',
  '{"error":{"message":"Budget has been exceeded! Current cost: 10.1","type":"budget_exceeded"}}',
])('a refused key or account that is told as a bad request: %s', body => {
  expect([400, 412, 422].map(status => meaning(status, body))).toEqual(['auth', 'auth', 'auth'])
})

test.each([
  'Your account <org> is suspended due to insufficient balance, please recharge your account',
  '{"error":{"code":"1113","message":"余额不足或无可用资源包,请充值。"}}',
  'You exceeded your current quota, please check your plan and billing details.',
  '{"code":"subscription:free-usage-exhausted","error":"You\'ve used all the included free usage"}',
  '{"code":"SetLimitExceeded","message":"Your account has reached the set inference limit"}',
  "You've hit your monthly spend limit",
  'Your balance is exhausted. Top up.',
])('a 429 for want of credit: %s', body => {
  expect(meaning(429, body)).toBe('auth')
})

test.each([
  google('GenerateRequestsPerDayPerProjectPerModel-FreeTier'),
  // Handed on by a gateway as text.
  JSON.stringify({ error: { message: google('GenerateRequestsPerDayPerProjectPerModel-FreeTier') } }),
  google('GenerateRequestsPerMinutePerProjectPerModel-FreeTier', { value: '0' }),
  google('GenerateRequestsPerMinutePerProject', { words: ' Quota exceeded for metric: requests, limit: 0' }),
  '{"error":{"type":"requests_per_day"}}',
  'Quota exceeded for quota metric generate_requests_per_day_per_project',
  'you have used up your daily free allocation of 10,000 neurons',
  'You are using a Trial key, which is limited to 1000 API calls / month. You can upgrade.',
  'Rate limit of 50 per 86400s exceeded for UserByModelByDay. Please wait 36542 seconds before retrying.',
  '200 per 1 day',
  'Your request count is over the allowed limit of 1000 per day, or retry after 1343.2 minutes',
  'Limit reached, come back tomorrow',
  'You have reached your weekly request limit',
  'No requests left for today. Number of requests of the day: 50',
  // Other limits stand beside the one that is reached.
  'Daily limit exceeded. Your plan: 60 requests per minute, 10,000 requests per day.',
  '{"error":"You have exceeded your daily request limit","limits":{"per_minute":60,"per_day":1000}}',
  'You have reached the limit of 1,000 requests per day. Other limits: 10 a minute',
])('a 429 by a quota of days: %s', body => {
  expect(meaning(429, body)).toBe('auth')
})

test.each([
  google('GenerateRequestsPerMinutePerProjectPerModel'),
  google('GenerateRequestsPerMinutePerProjectPerModel').replace('34s', '0.5s'),
  // Without its details, as a compatible endpoint tells it.
  '[{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED"}}]',
  'Rate limit reached on requests per min (RPM): Limit 3, Used 3. Please try again in 20s. You can increase your rate limit by adding a payment method to your account in the billing settings.',
  'You are limited to 60 requests per minute and 1000 requests per day.',
  'You are using a Trial key, which is limited to 40 API calls / minute. You can upgrade.',
  'Rate limit of 15 per 60s exceeded for UserByModelByMinute. Please wait 12 seconds before retrying.',
  'Requests rate limit exceeded',
  'Service tier capacity exceeded for this model.',
  'Too many tokens, please wait before trying again.',
  'Limit 10000, Used 9558, Requested 1205. Please try again in 4s.',
  'limit: 0.5 requests a second',
  // A quota of the day is one of several, and nothing says that it is used up.
  'Limits: 60 requests per minute, 10,000 requests per day. Please slow down',
  'Too many requests. Free plan: 10 rpm, 10,000 requests per day.',
  'Rate limit exceeded. Your plan allows 5 requests every second and 1,000 per day.',
  '{"error":"Rate limit exceeded","limits":{"per_minute":60,"per_day":1000}}',
  '{"detail":"Limit exceeded","limits":"60/min, 10000/day"}',
  'Too many concurrent requests. Limits: 2 concurrent requests, 5,000 requests per day.',
  'You are sending requests too quickly. (10,000 requests/day)',
  'Limit reached: 60 per minute or 1,000 per day.',
])('a 429 that waiting helps: %s', body => {
  expect(meaning(429, body)).toBe('rate_limited')
})

test('a request that is larger than all that a minute allows is not waited for', () => {
  const words =
    'Request too large for m on tokens per min (TPM): Limit 30000, Requested 40086. The input or output tokens must be reduced in order to run successfully.'
  expect(meaning(429, words)).toBe('too_large')
})

test.each([
  [400, 'foo/bar is not a valid model ID'],
  [404, 'No endpoints found for foo/bar.'],
  [404, 'No allowed providers are available for the selected model.'],
  [400, 'Model Not Exist'],
  [400, 'The model `x` has been decommissioned and is no longer supported.'],
  [404, '{"message":"Unable to access non-serverless model x.","code":"model_not_available"}'],
  [400, 'The provided model identifier is invalid.'],
  [400, "Invocation of model ID x with on-demand throughput isn't supported."],
  [404, 'Not found the model x or Permission denied'],
  [404, '{"error":"model \\"x\\" not found, try pulling it first"}'],
  [422, "The specified version does not exist (or perhaps you don't have permission to use it?)"],
  [410, 'This model version has reached the end of its life.'],
  [400, '{"error":{"code":"unavailable_model","message":"Unavailable model: x"}}'],
  [400, 'The chatCompletion operation does not work with the specified model, x.'],
])('an unknown model, HTTP %i: %s', (status, body) => {
  expect(meaning(status, body)).toBe('invalid, of the setup')
})

test.each([
  [403, 'm requires moderation. Your input was flagged for "violence". No credits were charged.', 'content'],
  [403, '{"name":"content_moderation","errors":["Flagged by our content moderation system"]}', 'content'],
  [400, 'Content Exists Risk', 'content'],
  [400, '{"code":"DataInspectionFailed","message":"Input may contain inappropriate content."}', 'content'],
  [400, 'The input token count (1200000) exceeds the maximum number of tokens allowed.', 'too_large'],
  [400, 'Input is too long for requested model.', 'too_large'],
])('one request, whatever the others do: HTTP %i: %s', (status, body, code) => {
  expect(meaning(status, body)).toBe(code)
})

test.each([
  [400, '{"error":"\\"size\\" must be one of 512, 1024"}'],
  [400, "Unsupported parameter: 'max_tokens' is not supported with this model."],
  [404, '<html><body><h1>404 Not Found</h1></body></html>'],
  [404, '{"error":"voice not found"}'],
  [422, 'prompt: field required'],
])('any other bad request, HTTP %i: %s', (status, body) => {
  expect(meaning(status, body)).toBe('invalid')
})

test.each([
  [500, '{"error":"daily quota exceeded"}'],
  [503, '{"error":{"code":"insufficient_quota","message":"You exceeded your current quota"}}'],
  [502, 'Upstream: Your credit balance is too low to access the API.'],
  [500, 'You exceeded your current quota, please check your plan and billing details.'],
  [529, 'The monthly limit of requests is exhausted. Limits: 60 per minute.'],
])('a quota that is used up, told as HTTP %i: %s', (status, body) => {
  expect(meaning(status, body)).toBe('auth')
})

test.each([
  [500, 'Internal server error'],
  [503, 'We are overloaded. Free users: 100 requests per day.'],
  [503, 'Rate exceeded: 60 requests per minute, 1,000 requests per day'],
  [502, '<html><body>Bad gateway. See our daily report.</body></html>'],
])('a service that is broken or busy: HTTP %i: %s', (status, body) => {
  expect(meaning(status, body)).toBe('overloaded')
})
test.each([
  [499, 'overloaded'],
  [444, 'overloaded'],
  [460, 'overloaded'],
  [424, 'overloaded'],
  [423, 'overloaded'],
  [420, 'rate_limited'],
  [409, 'invalid'],
])('a status of gateways: %i is %s', (status, code) => {
  expect(meaning(status, '<html>')).toBe(code)
})

test.each([
  'A request with this idempotency key is in progress.',
  'The resource is locked by another request. Try again later.',
  'concurrent modification',
])('a conflict with what is under way passes: %s', body => {
  expect(meaning(409, body)).toBe('overloaded')
})

test('a redirect that is not followed is a wrong address, and names the right one without its query', () => {
  const headers = { location: 'https://api.example.com/v1/chat?key=secret' }
  const error = responseError({ status: 308, headers })
  expect(error).toMatchObject({ code: 'invalid', isOfSetup: true })
  expect(error.message).toContain('https://api.example.com/v1/chat,')
  expect(error.message).not.toContain('secret')
  expect(meaning(302, '')).toBe('overloaded')
})
