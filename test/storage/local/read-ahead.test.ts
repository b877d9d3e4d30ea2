import { expect, test } from 'vitest'
import { readAhead } from '../../../src/storage/local/read-ahead.js'

const BYTES = Buffer.from('abcdefghij')

/** Reads up to four bytes, and notes where. */
function source(sizeBytes = BYTES.length) {
  const begun: number[] = []
  let openCount = 0
  return {
    begun,
    isReading: () => openCount > 0,
    async read(at: number) {
      begun.push(at)
      openCount++
      await new Promise(setImmediate)
      openCount--
      if (at === 4 && sizeBytes === 0) throw new Error('The disk is gone.')
      return BYTES.subarray(at, Math.min(at + 4, sizeBytes || BYTES.length))
    },
  }
}

test('each part is read while the one before it is worked on, and comes once, in order', async () => {
  const { begun, read } = source()
  const parts: string[] = []
  for await (const part of readAhead(read, 1, BYTES.length)) {
    parts.push(String(part))
    expect(begun).toHaveLength(Math.min(parts.length + 1, 3))
  }
  expect(parts).toEqual(['bcde', 'fghi', 'j'])
})

test('it ends where there is no more, and leaves nothing reading when it is left early', async () => {
  const short = source(5)
  const parts: string[] = []
  for await (const part of readAhead(short.read, 0, BYTES.length)) parts.push(String(part))
  expect(parts).toEqual(['abcd', 'e'])
  const left = source()
  for await (const _ of readAhead(left.read, 0, BYTES.length)) break
  expect(left.begun).toEqual([0, 4])
  expect(left.isReading()).toBe(false)
})

test('a failure is told when its part is asked for, after what came before it', async () => {
  const parts: string[] = []
  const reading = async () => {
    for await (const part of readAhead(source(0).read, 0, BYTES.length)) {
      parts.push(String(part))
      await new Promise(setImmediate)
      await new Promise(setImmediate)
    }
  }
  await expect(reading()).rejects.toThrow('The disk is gone.')
  expect(parts).toEqual(['abcd'])
})
