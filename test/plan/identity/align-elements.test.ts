import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alignElements } from '../../../src/plan/identity/align-elements.js'

/** Elements as `read.unread`: of `a1` and `a2`, jobs read the same. */
const digests = (elements: readonly string[]) => ({ whole: elements, read: elements.map(one => one[0]!) })
const align = (before: string, after: string) => {
  const words = (text: string) => text.split(' ').filter(word => word !== '')
  return [...alignElements(digests(words(before)), digests(words(after)))].join(' ')
}

describe('the elements of a list that has changed', () => {
  test.each([
    ['nothing changed', 'a1 b1 c1', 'a1 b1 c1', '0 1 2'],
    ['one on top', 'a1 b1', 'x1 a1 b1', '1 2'],
    ['one in the middle', 'a1 b1', 'a1 x1 b1', '0 2'],
    ['one gone', 'a1 b1 c1', 'a1 c1', '0 -1 1'],
    ['another order', 'a1 b1 c1', 'c1 a1 b1', '1 2 0'],
    ['a column that nobody reads', 'a1 b1 c1', 'b2 a2 c2', '1 0 2'],
    ['a column that jobs read', 'a1 b1 c1', 'a1 x1 c1', '0 1 2'],
    ['the only one changed', 'a1', 'x1', '0'],
    ['a changed one beside a new one is nobody', 'a1 b1 c1', 'a1 x1 y1 c1', '0 -1 2 3'.replace('2 3', '3')],
    ['two changed beside each other are nobody', 'a1 b1 c1 d1', 'a1 x1 y1 d1', '0 -1 -1 3'],
    ['all others', 'a1 b1', 'x1 y1', '-1 -1'],
    ['one of two equal ones gone', 'a1 b1 a1', 'b1 a1', '-1 0 1'],
    ['equal ones beside each other', 'a1 a1 a1', 'a1 a1', '0 1 -1'],
    ['of two that read the same one is gone, and the other changed', 'b1 a1 a2 c1', 'b1 a3 c1', '0 -1 -1 2'],
    ['no list before', '', 'a1', ''],
    ['no list after', 'a1', '', '-1'],
  ])('%s', (_, before, after, expected) => {
    expect(align(before, after)).toBe(expected)
  })
})

test('never two in one place, and never an equal one left over while its equal is nobody', () => {
  const element = fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'))
    .map(parts => parts.join(''))
  const list = fc.array(element, { maxLength: 8 })
  fc.assert(
    fc.property(list, list, (before, after) => {
      const places = [...alignElements(digests(before), digests(after))]
      const taken = places.filter(place => place !== -1)
      expect(new Set(taken).size).toBe(taken.length)
      for (const whole of new Set(before)) {
        const count = (elements: readonly string[]) => elements.filter(one => one === whole).length
        const equal = before.filter((one, at) => one === whole && after[places[at]!] === whole).length
        expect(equal).toBe(Math.min(count(before), count(after)))
      }
    }),
    { numRuns: 500 },
  )
})
