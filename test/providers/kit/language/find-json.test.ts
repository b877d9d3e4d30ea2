import { expect, test } from 'vitest'
import { findJson, wholeFence } from '../../../../src/providers/kit/language/find-json.js'
import { withoutReasoning } from '../../../../src/providers/kit/language/without-reasoning.js'

const anything = () => true
const isObject = (value: unknown) => typeof value === 'object' && value !== null && 'a' in value

test.each([
  ['as it is', ' {"a": 1}\n', { a: 1 }],
  ['a value', '"x"', 'x'],
  ['in a fence', '```json\n{"a": 1}\n```', { a: 1 }],
  ['in a fence of capitals', '```JSON\n{"a": 1}\n```', { a: 1 }],
  ['in a fence of tildes', '~~~\n{"a": 1}\n~~~', { a: 1 }],
  ['in a fence on one line', '```json {"a": 1}```', { a: 1 }],
  ['in a fence without a language, on one line', '```{"a": 1}```', { a: 1 }],
  ['in a fence that nobody closed', 'Here:\n```json\n{"a": 1}\n', { a: 1 }],
  ['with prose around the fence', 'Sure! {here}:\n\n```json\n{"a": 1}\n```\nAnything else?', { a: 1 }],
  ['with prose around it', 'The answer [1] is {"a": [1, {"b": "}"}]}, as you asked.', { a: [1, { b: '}' }] }],
  ['twice the same', '```json\n{"a": 1}\n```\nor\n```json\n{ "a": 1 }\n```', { a: 1 }],
  ['with a fence within', '```json\n{"a": "```js\\nx\\n```"}\n```', { a: '```js\nx\n```' }],
  ['with commas at the end', '{"a": [1, 2,], "b": ", ]",}', { a: [1, 2], b: ', ]' }],
  ['with line ends in a text', '{"a": "one\ntwo\t"}', { a: 'one\ntwo\t' }],
  ['with a long number', '```json\n{"a": 1234567890123456789}\n```', { a: '1234567890123456789' }],
  ['a list in prose', 'These: ["x", "y"] and no more', ['x', 'y']],
])('JSON %s', (_, text, value) => {
  expect(findJson(text, anything)).toEqual({ state: 'found', value })
})

test('of several pieces the one that fits is meant; otherwise none is', () => {
  const text = '```json\n{"b": 1}\n```\nbecomes\n```json\n{"a": 2}\n```'
  expect(findJson(text, isObject)).toEqual({ state: 'found', value: { a: 2 } })
  expect(findJson(text, anything)).toEqual({ state: 'ambiguous', count: 2 })
})

test.each(['no JSON at all', '{"a": 1', '```json\n{"a": [1, 2\n```', "{'a': 1}"])('none in %j', text => {
  // What is cut is not completed: it would be other data, in silence.
  expect(findJson(text, anything).state).toBe('none')
})

test('many brackets cost no more than a few', () => {
  expect(findJson('['.repeat(200_000), anything).state).toBe('none')
})

test('many marks of fences cost no more than a few', () => {
  expect(findJson(`${'`'.repeat(300_001)}\0`, anything).state).toBe('none')
})

test.each([
  ['<think>\nhm {"a": 0}\n</think>\n\nAnswer', 'Answer'],
  ['<Thinking>a</Thinking><think>b</think>Answer', 'Answer'],
  ['so I think\n</think>\nAnswer', 'Answer'],
  ['<think>and never an answer', ''],
  ['<think>a</think>', ''],
  [
    '<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Answer<|return|>',
    'Answer',
  ],
  ['  Plain  ', '  Plain  '],
  ['The tag <think> opens </think> a thought.', 'The tag <think> opens </think> a thought.'],
])('%j without its reasoning', (text, answer) => {
  expect(withoutReasoning(text)).toBe(answer)
})

test.each([
  ['```html\n<p>\n```', '<p>'],
  ['Here:\n```html\n<p>\n```', undefined],
  ['```\na\n```\nand\n```\nb\n```', undefined],
])('%j as one fence', (text, content) => {
  expect(wholeFence(text)).toBe(content)
})
