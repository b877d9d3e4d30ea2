import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { shortenedText } from '../../../src/cli/display/shortened-text.js'

test.each([
  ['fits', 'a fox', 'a fox'],
  ['is too long', 'a fox and an owl', 'a fox an…'],
  ['has wide characters', '这是一个非常长的中文', '这是一个…'],
  [
    'has emoji of several parts',
    '👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦',
    '👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦…',
  ],
])('a text that %s', (_, text, expected) => {
  expect(shortenedText(text, 9)).toBe(expected)
  expect(stringWidth(shortenedText(text, 9))).toBeLessThanOrEqual(9)
})
