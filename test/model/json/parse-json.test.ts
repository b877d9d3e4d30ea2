import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactJsonText, isExactNumber, parseJson } from '../../../src/model/json/parse-json.js'

test.each([
  ['1234567890123456789', '1234567890123456789'],
  ['-1234567890123456789', '-1234567890123456789'],
  ['9007199254740991', 9007199254740991],
  ['9007199254740993', '9007199254740993'],
  ['12345678901234567.25', '12345678901234567.25'],
  [
    '{"id":1234567890123456789,"n":[1,90071992547409931]}',
    { id: '1234567890123456789', n: [1, '90071992547409931'] },
  ],
  // What would be infinite, and what only has a large exponent.
  ['[1e400, -1E+400, 12.5e999, 1e308, 1e-400]', ['1e400', '-1E+400', '12.5e999', 1e308, 0]],
  // What is a text already, or a number that nobody counts by its digits, stays.
  [
    '{"a":"1234567890123456789","1234567890123456789":1}',
    { a: '1234567890123456789', '1234567890123456789': 1 },
  ],
  ['["\\"1234567890123456789", 1234567890123456789]', ['"1234567890123456789', '1234567890123456789']],
  ['["a\\\\", 1234567890123456789, "b"]', ['a\\', '1234567890123456789', 'b']],
  [
    '[0.1234567890123456789, 6.022e23, 1234567890123456e0]',
    [Number('0.1234567890123456789'), 6.022e23, 1234567890123456],
  ],
])('%s', (text, value) => {
  expect(parseJson(text)).toEqual(value)
})

test('what is not JSON fails as ever', () => {
  expect(() => parseJson('{"id": 1234567890123456789')).toThrow(SyntaxError)
  expect(exactJsonText('id 1234567890123456789')).toBe('id 1234567890123456789')
})

test('JSON without long numbers reads as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json(), text => {
      const value: unknown = JSON.parse(text)
      const hasLong = /\d{16}/.test(text)
      if (!hasLong) expect(parseJson(text)).toEqual(value)
      // However it is read, reading it again changes nothing.
      const once = JSON.stringify(parseJson(text))
      expect(JSON.stringify(parseJson(once))).toBe(once)
    }),
  )
})

test('every whole number comes back digit by digit, however deep', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.string(), (number, key) => {
      const read = parseJson(`{${JSON.stringify(key)}:[${JSON.stringify(key)},${number}]}`) as Record<
        string,
        unknown[]
      >
      expect(String(Object.values(read)[0]![1])).toBe(String(number))
    }),
  )
})

test('a number is exact when JavaScript keeps it', () => {
  expect(['1', '-9007199254740991', '9007199254740992', '1e300', '0.1'].map(isExactNumber)).toEqual([
    true,
    true,
    false,
    true,
    true,
  ])
})
