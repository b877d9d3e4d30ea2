import { expect, test } from 'vitest'
import { beginningOf, cut } from '../../../src/model/text/shown-value.js'

test.each([
  ['a short text', 'fox', 3, 'fox'],
  ['a long one', 'foxes', 3, 'fox…'],
  ['an emoji at the cut', 'ab👍cd', 3, 'ab…'],
  ['an emoji before it', 'ab👍cd', 4, 'ab👍…'],
  ['nothing but one', '👍👍', 1, '…'],
])('%s is cut between characters', (_, text, limit, expected) => {
  expect(cut(text, limit)).toBe(expected)
})

test('the beginning of a text can be written as UTF-8', () => {
  for (let limit = 0; limit <= 12; limit++) {
    const beginning = beginningOf('👩‍👩‍👧‍👦', limit)
    expect(Buffer.from(beginning).toString()).toBe(beginning)
  }
})
