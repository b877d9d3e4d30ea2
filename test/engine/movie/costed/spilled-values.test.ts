import { expect, test } from 'vitest'
import { SpilledValues } from '../../../../src/engine/movie/costed/spilled-values.js'

const text = (slot: number, sizeBytes: number) => `${slot} `.padEnd(sizeBytes, `ä${slot}`)

test('values of any size come back, from memory and from the file', () => {
  using values = new SpilledValues(10)
  const sizes = [3, 70_000, 400_000, 2_000_000, 5, 900_000, 900_000, 1, 64 * 1024, 12]
  sizes.forEach((sizeBytes, slot) => {
    values.set(slot, text(slot, sizeBytes))
  })
  // Backwards, and each twice: pages are read, thrown out and read again.
  for (const slot of [...sizes.keys(), ...sizes.keys()].reverse())
    expect(values.get(slot)).toBe(text(slot, sizes[slot]!))
})

test('the last value of a slot counts, also while the last page of the file is still growing', () => {
  using values = new SpilledValues(0)
  const round = (from: number) => {
    for (let slot = 0; slot < 2_000; slot++) values.set(slot, { slot, from, filler: 'x'.repeat(1_000) })
    for (let slot = 1_999; slot >= 0; slot -= 7) expect(values.get(slot)).toMatchObject({ slot, from })
  }
  round(1)
  round(2)
  values.set(5, undefined)
  expect(values.get(5)).toBeUndefined()
  expect(values.get(2_000)).toBeUndefined()
})
