import { expect, test } from 'vitest'
import { failedAnswer } from '../../../../src/workers/attempt/failure/failed-answer.js'

const same = (text: string) => text

test('bytes in a useless answer are told by their count, a Buffer as well', () => {
  const result = {
    outputs: { A: Buffer.alloc(3_000_000), B: { bytes: new Uint8Array(5) } },
    usage: { n: 1n },
  }
  expect(failedAnswer(new Error('x'), result, same)).toBe(
    '{"outputs":{"A":"3000000 bytes","B":{"bytes":"5 bytes"}},"usage":{"n":"1"}}',
  )
})

test('an answer that contains itself, or throws when it is looked at, does no harm', () => {
  const loop: Record<string, unknown> = { a: 1 }
  loop.self = loop
  expect(failedAnswer(new Error('x'), loop, same)).toContain('"a":1')
  const hostile = {
    get a() {
      throw new Error('no')
    },
  }
  expect(failedAnswer(new Error('x'), hostile, same)).toBeUndefined()
})
