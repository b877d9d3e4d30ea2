import { expect, test } from 'vitest'
import type { JobErrorCode } from '../../../src/model/error/job-error-code.js'
import { callOutcome } from '../../../src/probe/measure/call-outcome.js'

const failed = (code: JobErrorCode, more = {}) =>
  callOutcome({ state: 'failed', error: { code, message: 'no' }, ...more })

test.each(['rate_limited', 'overloaded'] as const)('%s is a refusal', code => {
  expect(failed(code)).toEqual({ outcome: 'refused', code })
})

test.each(['timeout', 'network', 'auth', 'invalid', 'bug'] as const)('%s is a failure', code => {
  expect(failed(code)).toEqual({ outcome: 'failed', code })
})

test.each([
  ['an answer', { answer: '<html>' }],
  ['usage', { usage: { inputTokens: 3 } }],
  ['a cost', { costUsd: 0 }],
  ['an answer that did not fit its output', { isAnswered: true as const }],
])('with %s it is no refusal, although a run asks again', (_, more) => {
  expect(failed('overloaded', more)).toEqual({ outcome: 'failed', code: 'malformed' })
})

test('an answer that a filter ended is not malformed', () => {
  expect(failed('content', { usage: { inputTokens: 3 } })).toEqual({ outcome: 'failed', code: 'content' })
})
