import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TextColumn } from '../../src/model/movie/column/columns.js'
import { rounds } from '../support/rounds.js'

test('a column of texts reads as a map does, also where texts are long, empty, replaced or removed', () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constant('é'.repeat(700_000)))
  const step = fc.tuple(fc.nat(50), fc.option(text, { nil: undefined }))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const column = new TextColumn(10)
      const expected = new Map<number, string | undefined>()
      for (const [slot, value] of steps) {
        column.set(slot, value)
        // Half a surrogate pair has no bytes of its own.
        expected.set(slot, value && Buffer.from(value).toString())
      }
      for (let slot = 0; slot <= 60; slot++) expect(column.get(slot)).toBe(expected.get(slot))
    }),
    { numRuns: rounds(20, 60) },
  )
})
