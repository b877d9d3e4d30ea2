import { describe, expect, test } from 'vitest'
import { byteRange, bytesIn } from '../../../src/ui/http/byte-range.js'

describe('of ten bytes', () => {
  test.each([
    ['bytes=0-3', { start: 0, end: 3 }],
    ['bytes=4-', { start: 4, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=8-99', { start: 8, end: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=3-1', undefined],
    ['bytes=0-1,4-5', undefined],
    ['bytes=-', undefined],
    ['bytes=a-b', undefined],
    ['lines=0-3', undefined],
    [undefined, undefined],
  ])('%s is %o', (header, expected) => {
    expect(byteRange(header, 10)).toEqual(expected)
  })

  test('a part is cut out of chunks, and no more of them is read', async () => {
    let read = 0
    async function* chunks() {
      for (const chunk of ['012', '345', '678', '9']) {
        read++
        yield Buffer.from(chunk)
      }
    }
    const parts: Uint8Array[] = []
    for await (const part of bytesIn(chunks(), { start: 2, end: 5 })) parts.push(part)
    expect(Buffer.concat(parts).toString()).toBe('2345')
    expect(read).toBe(2)
  })
})
