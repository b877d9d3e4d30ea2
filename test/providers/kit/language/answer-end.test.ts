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
  ['tool_calls', 'tool'],
  ['tool-calls', 'tool'],
  ['FINISH_REASON_STOP', 'stop'],
  ['FINISH_REASON_UNSPECIFIED', 'unsaid'],
  ['something new', 'unknown'],
  [7, 'unknown'],
  ['', 'unsaid'],
  [null, 'unsaid'],
  [undefined, 'unsaid'],
])('%s is %s', (reason, end) => {
  expect(answerEnd(reason)).toBe(end)
})
