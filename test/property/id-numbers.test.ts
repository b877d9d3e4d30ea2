import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IdNumbers } from '../../src/model/movie/id-numbers.js'
import { rounds } from '../support/rounds.js'

test('ids are numbered as they are first seen, however many there are', () => {
  const id = fc.oneof(
    fc.nat(3_000).map(number => `Producer:Picture[${number}].Image`),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  )
  fc.assert(
    fc.property(fc.array(id, { maxLength: 6_000, size: 'max' }), ids => {
      const numbers = new IdNumbers<string>()
      const expected = new Map<string, number>()
      for (const each of ids) {
        if (!expected.has(each)) expected.set(each, expected.size)
        expect(numbers.numberOf(each)).toBe(expected.get(each))
      }
      expect(numbers.count).toBe(expected.size)
      for (const [each, number] of expected) expect(numbers.at(number)).toBe(each)
    }),
    { numRuns: rounds(7, 20) },
  )
})
