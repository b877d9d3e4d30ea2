import { expect, test } from 'vitest'
import { answerEnd } from '../../../../src/providers/kit/language/answer-end.js'

test.each([
  ['stop', 'stop'],
  ['STOP', 'stop'],
  ['end_turn', 'stop'],
  ['eos', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['content-filter', 'content-filter'],
  ['RECITATION', 'content-filter'],
  ['error', 'broken'],
  ['insufficient_system_resource', 'broken'],
  ['tool_calls', 'unknown'],
  ['something new', 'unknown'],
  ['', 'unknown'],
  [null, 'unknown'],
  [undefined, 'unknown'],
])('%s is %s', (reason, end) => {
  expect(answerEnd(reason)).toBe(end)
})
