import { expect, test } from 'vitest'
import type { ProduceContext } from '../../../src/model/provider/provider.js'
import { aiError } from '../../../src/providers/ai/ai-error.js'

const context = {
  signal: new AbortController().signal,
  responseHeaders: () => {},
} as unknown as ProduceContext
const thrown = (name: string, more: object) =>
  aiError(Object.assign(new Error('no'), { name }, more), context)

test.each([
  ['AI_JSONParseError', { text: '<html>' }, '<html>'],
  ['AI_TypeValidationError', { value: { other: 1 } }, '{"other":1}'],
  ['AI_APICallError', { statusCode: 200, responseBody: '{"other":1}' }, '{"other":1}'],
  ['AI_NoImageGeneratedError', {}, '(nothing)'],
])('%s carries the answer that could not be used', (name, more, answer) => {
  expect(thrown(name, more)).toMatchObject({ code: 'overloaded', answer })
})

test.each([
  [{ error: { message: 'Provider returned error', code: 503 } }, 'overloaded'],
  [{ error: { message: 'Rate limit exceeded', code: '429' } }, 'rate_limited'],
  [{ error: { message: 'No auth credentials found', code: 401 }, user_id: 'u' }, 'auth'],
  [{ error: { message: 'You exceeded your current quota', type: 'insufficient_quota' } }, 'auth'],
  [{ error: 'something went wrong' }, 'overloaded'],
  [{ error: { message: 'flagged', code: 403 }, choices: null }, 'auth'],
  [{ error: null, other: 1 }, 'overloaded'],
])('an error under status 200 means what it says: %j', (body, code) => {
  expect(thrown('AI_APICallError', { statusCode: 200, responseBody: JSON.stringify(body) })).toMatchObject({
    code,
  })
})

test('a service that is overloaded has given no answer', () => {
  const error = thrown('AI_APICallError', { statusCode: 503, responseBody: 'busy' })
  expect(error).toMatchObject({ code: 'overloaded', answer: undefined })
})
