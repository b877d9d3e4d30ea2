import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonValue } from '../../src/model/json.js'
import { BlobColumn, PackedValues } from '../../src/model/movie/column/value-columns.js'
import type { BlobRef } from '../../src/model/movie/event.js'

test('packed values read as a map does', () => {
  const step = fc.tuple(fc.nat(30), fc.option(fc.jsonValue() as fc.Arbitrary<JsonValue>, { nil: undefined }))
  fc.assert(
    fc.property(fc.array(step), steps => {
      const column = new PackedValues<JsonValue>(4)
      const expected = new Map<number, JsonValue>()
      for (const [slot, value] of steps) {
        column.set(slot, value)
        if (value === undefined) expected.delete(slot)
        else expected.set(slot, JSON.parse(JSON.stringify(value)) as JsonValue)
      }
      expect(column.size).toBe(expected.size)
      for (let slot = 0; slot <= 31; slot++) {
        expect(column.get(slot)).toEqual(expected.get(slot))
        expect(column.has(slot)).toBe(expected.has(slot))
      }
    }),
  )
})

test('blobs by slot are what was put there last, also those of more than 4 GiB', () => {
  const blob = fc.record({
    hash: fc.stringMatching(/^[0-9a-f]{64}$/),
    sizeBytes: fc.maxSafeNat(),
    mimeType: fc.constantFrom('image/png', 'video/mp4', 'text/plain'),
  }) as unknown as fc.Arbitrary<BlobRef>
  const step = fc.tuple(fc.nat(2_000), fc.option(blob, { nil: undefined }))
  fc.assert(
    fc.property(fc.array(step), steps => {
      const column = new BlobColumn()
      const expected = new Map(steps)
      for (const [slot, value] of steps) column.set(slot, value)
      for (const [slot, value] of expected) expect(column.get(slot)).toEqual(value)
    }),
  )
})
