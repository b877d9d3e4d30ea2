import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { createFalClient } from '@fal-ai/client'
import { generateText } from 'ai'
import OpenAI from 'openai'
import Replicate from 'replicate'
import { describe, expect, test } from 'vitest'
import { toJobError } from '../../../../src/workers/attempt/failure/job-error.js'
import { type Answer, startLoopback } from '../../../support/servers/loopback-server.js'

const jobErrorOf = (thrown: unknown) => toJobError(thrown, text => text)

const errorOf = async (action: () => Promise<unknown>): Promise<unknown> =>
  await action().then(
    () => {
      throw new Error('it should have failed')
    },
    error => error,
  )

const LIBRARIES: readonly (readonly [string, (url: string) => Promise<unknown>])[] = [
  [
    'openai',
    url =>
      new OpenAI({ apiKey: 'k', baseURL: url, maxRetries: 0 }).chat.completions.create({
        model: 'm',
        messages: [{ role: 'user', content: 'x' }],
      }),
  ],
  [
    'ai, once',
    url =>
      generateText({
        model: createOpenAICompatible({ name: 'x', baseURL: url, apiKey: 'k' })('m'),
        prompt: 'x',
        maxRetries: 0,
      }),
  ],
  [
    'fal',
    url =>
      createFalClient({
        credentials: 'k',
        retry: { maxRetries: 0 },
        fetch: (_: unknown, init?: RequestInit) => fetch(url, init),
      }).run('owner/app', { input: {} }),
  ],
  [
    'replicate',
    url =>
      new Replicate({
        auth: 'k',
        baseUrl: url,
        fetch: (input: string | URL | Request, init?: RequestInit) => fetch(input, init),
      }).predictions.create({ version: 'v', input: {} }),
  ],
  [
    'fetch, whose response is thrown',
    async url => {
      const response = await fetch(url)
      if (!response.ok) throw response
    },
  ],
]

const REFUSED: Answer = {
  status: 401,
  body: { error: { message: 'Incorrect API key provided: sk-secret', code: 'invalid_api_key' } },
}

describe.each(LIBRARIES)('what a module throws that uses %s', (_, call) => {
  const failedWith = async (answer: Answer) => {
    const { url } = await startLoopback(() => answer)
    return jobErrorOf(await errorOf(() => call(url)))
  }

  test.each([
    [400, 'invalid'],
    [403, 'auth'],
    [413, 'too_large'],
    [500, 'overloaded'],
  ])('HTTP %i is %s', async (status, code) => {
    expect(await failedWith({ status, body: { error: { message: 'no' } } })).toMatchObject({ code })
  })

  test('HTTP 401 is `auth`, and is not quoted', async () => {
    const { code, message } = await failedWith(REFUSED)
    expect(code).toBe('auth')
    expect(message).not.toContain('sk-secret')
  })

  test('HTTP 529 says that the request was not taken', async () => {
    expect(await failedWith({ status: 529, body: {} })).toMatchObject({
      code: 'overloaded',
      isUnserved: true,
    })
  })

  test('a closed port is `network`', async () => {
    const server = await startLoopback(() => ({}))
    await server.close()
    const error = jobErrorOf(await errorOf(() => call(server.url)))
    expect(error).toMatchObject({ code: 'network', isUnserved: true })
  })
})

test.each(LIBRARIES.filter(([name]) => name !== 'fal' && name !== 'replicate'))(
  '%s: the delay of a 429 is in its headers',
  async (_, call) => {
    const headers = { 'retry-after': '7' }
    const { url } = await startLoopback(() => ({
      status: 429,
      headers,
      body: { error: { message: 'slow' } },
    }))
    expect(jobErrorOf(await errorOf(() => call(url)))).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 7_000,
    })
  },
)

test.each(LIBRARIES.filter(([name]) => /^(openai|ai)/.test(name)))(
  '%s: its words say that there is no credit, or no such model',
  async (_, call) => {
    const failedWith = async (status: number, error: object) => {
      const { url } = await startLoopback(() => ({ status, body: { error } }))
      return jobErrorOf(await errorOf(() => call(url)))
    }
    expect(await failedWith(429, { message: 'No.', code: 'insufficient_quota' })).toMatchObject({
      code: 'auth',
    })
    expect(await failedWith(404, { message: 'No.', code: 'model_not_found' })).toMatchObject({
      code: 'invalid',
      isOfSetup: true,
    })
  },
)

test('the last failure of a library that repeats calls counts', async () => {
  const { url } = await startLoopback(() => ({
    status: 429,
    headers: { 'retry-after-ms': '1' },
    body: { error: { message: 'slow' } },
  }))
  const model = createOpenAICompatible({ name: 'x', baseURL: url, apiKey: 'k' })('m')
  const error = await errorOf(() => generateText({ model, prompt: 'x', maxRetries: 1 }))
  expect(error).toMatchObject({ name: 'AI_RetryError' })
  expect(jobErrorOf(error)).toMatchObject({ code: 'rate_limited', retryAfterMs: 1 })
})

describe('other shapes', () => {
  const failure = (fields: object) => Object.assign(new Error('Request failed'), fields)

  test.each([
    [{ response: { status: 429, headers: { 'Retry-After': '3' } } }],
    [{ response: { statusCode: 429, headers: { 'retry-after': ['3'] } } }],
    [{ response: { status: 429, headers: new Headers({ 'retry-after': '3' }) } }],
    [{ status: 429, headers: new Map([['Retry-After', '3']]) }],
    [{ statusCode: 429, responseHeaders: { 'retry-after': 3 } }],
    [{ $metadata: { httpStatusCode: 429 }, $response: { statusCode: 429, headers: { 'retry-after': '3' } } }],
    [{ code: 'UND_ERR_RESPONSE', statusCode: 429, headers: { 'retry-after': '3' } }],
    [{ cause: failure({ status: 429, headers: { 'retry-after': '3' } }) }],
    [{ status: 429, body: '{"error":{"details":[{"retryDelay":"3s"}]}}' }],
    [{ response: { status: 429, data: { parameters: { retry_after: 3 } } } }],
  ])('%j waits as long as it says', fields => {
    expect(jobErrorOf(failure(fields))).toMatchObject({ code: 'rate_limited', retryAfterMs: 3_000 })
  })

  test('an object that is no error, with a status', () => {
    expect(jobErrorOf({ status: 502, message: 'Bad Gateway' })).toEqual({
      code: 'overloaded',
      message: 'HTTP 502: Bad Gateway',
    })
  })

  test.each([
    { status: 200 },
    { status: 'RESOURCE_EXHAUSTED' },
    { status: 1, stderr: 'exit code' },
    { status: 404.5 },
    { response: null },
  ])('no failed response: %j', fields => {
    expect(jobErrorOf(failure(fields))).toMatchObject({ code: 'bug' })
  })

  test('a status that cannot be read', () => {
    const error = Object.defineProperty(new Error('x'), 'status', {
      get: () => {
        throw new Error('not to be read')
      },
    })
    expect(jobErrorOf(error)).toMatchObject({ code: 'bug' })
  })

  test('an error that is its own cause', () => {
    const error = new Error('x')
    error.cause = error
    expect(jobErrorOf(error)).toMatchObject({ code: 'bug' })
  })
})

test('a client library that gave up waiting says `timeout`', async () => {
  let stop = () => {}
  const stopped = new Promise<void>(resolve => {
    stop = resolve
  })
  const { url } = await startLoopback(async () => {
    await stopped
    return {}
  })
  const client = new OpenAI({ apiKey: 'k', baseURL: url, maxRetries: 0, timeout: 20 })
  const error = await errorOf(() => client.models.list())
  stop()
  expect(jobErrorOf(error)).toMatchObject({ code: 'timeout' })
})

describe('an error that carries its status in another way', () => {
  const error = (message: string, fields: object = {}) => Object.assign(new Error(message), fields)
  const rpc = (code: number, details: string) =>
    error(`${code} NAME: ${details}`, { code, details, metadata: {} })

  test.each([
    [
      'gRPC, exhausted',
      rpc(8, 'Quota exceeded. Please retry in 9s.'),
      { code: 'rate_limited', retryAfterMs: 9_000 },
    ],
    ['gRPC, unavailable', rpc(14, 'No connection established'), { code: 'overloaded', isUnserved: true }],
    ['gRPC, too late', rpc(4, 'Deadline exceeded'), { code: 'overloaded' }],
    ['gRPC, a wrong key', rpc(16, 'no'), { code: 'auth' }],
    ['a number as its code', error('slow', { code: 429 }), { code: 'rate_limited' }],
    ['a text as its code', error('slow', { code: '503' }), { code: 'overloaded' }],
    [
      'AWS, throttled with a status of 400',
      error('Rate exceeded', { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }),
      { code: 'rate_limited' },
    ],
    ['AWS, without a status', error('slow', { name: 'TooManyRequestsException' }), { code: 'rate_limited' }],
    ['fetch by hand', error('HTTP error! status: 429'), { code: 'rate_limited' }],
    ['fetch by hand, in short', error('HTTP 503'), { code: 'overloaded', isUnserved: true }],
    [
      'an SDK that says all in one sentence',
      error('[Client]: got status: 429 Too Many Requests. {"error":{"details":[{"retryDelay":"8s"}]}}'),
      { code: 'rate_limited', retryAfterMs: 8_000 },
    ],
  ])('%s', (_, thrown, expected) => {
    expect(jobErrorOf(thrown)).toMatchObject(expected)
  })

  test.each([
    ['an exit code', error('Command failed', { code: 1 })],
    ['a code of a socket', error('WebSocket was closed', { code: 1006 })],
    ['a code of gRPC without the rest', error('x', { code: 8 })],
    ['a number in a sentence', error('expected 429 items, got 503')],
    ['a row that has a status', error('the status of row 404 is "open"')],
  ])('%s is none', (_, thrown) => {
    expect(jobErrorOf(thrown).code).toBe('bug')
  })
})
