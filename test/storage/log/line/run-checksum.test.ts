import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MovieEvent } from '../../../../src/model/movie/event.js'
import { isWhole } from '../../../../src/storage/log/line/line-decoder.js'
import { LineEncoder } from '../../../../src/storage/log/line/line-encoder.js'
import { checkedEnds } from '../../../../src/storage/log/line/run-checksum.js'
import { numberedEvent } from '../../../support/storage/log-fixture.js'

const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { minLength: 1, maxLength: 20 })
const run = texts.map(all => {
  const events: MovieEvent[] = all.map((text, number) => numberedEvent(number, text))
  return Buffer.from(new LineEncoder().encode(events, 1, 3))
})

/** Where each line ends, when each by itself is whole. */
function endsOneByOne(bytes: Buffer): number[] | undefined {
  const ends: number[] = []
  for (let start = 0; start < bytes.length; start = ends.at(-1)! + 1) {
    const end = bytes.indexOf('\n', start)
    if (end === -1 || (end > start && !isWhole(bytes, start, end))) return undefined
    ends.push(end)
  }
  return ends
}

test('lines that are whole are so together', () => {
  fc.assert(
    fc.property(run, lines => {
      const bytes = Buffer.concat([lines, Buffer.from('\n'), lines])
      expect(checkedEnds(bytes)).toEqual(endsOneByOne(bytes))
      expect(checkedEnds(bytes)).toBeDefined()
    }),
  )
})

test('a bit, a burst of bytes or a line that is spoiled is found', () => {
  fc.assert(
    fc.property(run, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 40 }), (lines, place, burst) => {
      const bytes = Buffer.from(lines)
      const at = place % bytes.length
      const isOther = burst.some((byte, i) => byte !== 0 && at + i < bytes.length)
      for (const [i, byte] of burst.entries()) if (at + i < bytes.length) bytes[at + i]! ^= byte
      expect(checkedEnds(bytes)).toEqual(endsOneByOne(bytes))
      if (isOther) expect(checkedEnds(bytes)).toBeUndefined()
    }),
  )
})

test('a line that is cut short, one that has no seal and a very long one are looked at by themselves', () => {
  const lines = Buffer.from(new LineEncoder().encode([numberedEvent(1), numberedEvent(2)], 1, 3))
  expect(checkedEnds(lines.subarray(0, -1))).toBeUndefined()
  expect(checkedEnds(Buffer.concat([lines, Buffer.from('{"type":"artifact"}\n')]))).toBeUndefined()
  const long = Buffer.from(new LineEncoder().encode([numberedEvent(1, 'x'.repeat(1 << 17))], 1, 3))
  expect(checkedEnds(long)).toBeUndefined()
  expect(endsOneByOne(long)).toHaveLength(1)
})
