import { expect, test } from 'vitest'
import { readableUsage } from '../../../../src/providers/kit/sdk/readable-usage.js'

const chat = (usage: unknown) => ({ choices: [{}], usage })
const UNKNOWN = -(2 ** 52)

test.each<[string, object, object | undefined]>([
  ['counts', chat({ prompt_tokens: 3, completion_tokens: 4 }), undefined],
  [
    'texts',
    chat({ prompt_tokens: '3', completion_tokens: ' 4.5 ' }),
    chat({ prompt_tokens: 3, completion_tokens: 4.5 }),
  ],
  [
    'null, which is not 0',
    chat({ prompt_tokens: null, completion_tokens: 4 }),
    chat({ completion_tokens: 4, prompt_tokens: UNKNOWN }),
  ],
  [
    'what can be no count',
    chat({ prompt_tokens: -3, completion_tokens: 'many', total_tokens: [], cost: '0.1' }),
    chat({ cost: '0.1', prompt_tokens: UNKNOWN, completion_tokens: UNKNOWN }),
  ],
  [
    'details',
    chat({
      prompt_tokens: 3,
      completion_tokens: 4,
      prompt_tokens_details: { cached_tokens: '1' },
      x_details: [],
    }),
    chat({ prompt_tokens: 3, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 1 } }),
  ],
  ['no usage', chat(undefined), undefined],
  ['usage that is none', chat('none'), chat({ prompt_tokens: UNKNOWN, completion_tokens: UNKNOWN })],
  [
    'a message without usage',
    { type: 'message' },
    { type: 'message', usage: { input_tokens: UNKNOWN, output_tokens: UNKNOWN } },
  ],
  ['no answer of a model', { text: 'a' }, undefined],
])('the SDK can read %s', (_, answer, expected) => {
  const text = JSON.stringify(answer)
  expect(JSON.parse(readableUsage(text))).toEqual(JSON.parse(JSON.stringify(expected ?? answer)))
  if (expected === undefined) expect(readableUsage(text)).toBe(text)
})

test.each(['', '[1]', 'null', '{"usage": {'])('%j stays as it is', text => {
  expect(readableUsage(text)).toBe(text)
})
