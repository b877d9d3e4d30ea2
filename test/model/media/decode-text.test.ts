import { expect, test } from 'vitest'
import { decodeText, NotTextError, textDecoder } from '../../../src/model/media/decode-text.js'

const latin1 = (text: string) => Buffer.from(text, 'latin1')

test.each([
  ['UTF-8', Buffer.from('Füchse €'), undefined, 'Füchse €'],
  ['UTF-8 with a mark', Buffer.from('\ufeffFüchse'), undefined, 'Füchse'],
  ['UTF-16 by its mark, whatever is said', Buffer.from('\ufeffFüchse', 'utf16le'), 'utf-8', 'Füchse'],
  ['ISO-8859-1', latin1('F\xfcchse'), 'ISO-8859-1', 'Füchse'],
  ['windows-1252, which is meant by it', latin1('\x80 5'), 'windows-1252', '€ 5'],
  ['UTF-8 that is said to be ASCII', Buffer.from('Füchse'), 'us-ascii', 'Füchse'],
  ['UTF-8 of an unknown name', Buffer.from('Füchse'), 'klingon', 'Füchse'],
  ['Shift JIS', latin1('\x83L\x83c\x83l'), 'shift_jis', 'キツネ'],
])('%s', (_, bytes, charset, text) => {
  expect(decodeText(bytes, charset)).toBe(text)
  const decode = textDecoder(charset)
  // Piece by piece, but for the mark, which stands in the first one.
  const pieces = [bytes.subarray(0, 4), ...[...bytes.subarray(4)].map(byte => Uint8Array.of(byte))]
  expect(pieces.map(piece => decode(piece)).join('') + decode()).toBe(text)
})

test.each([
  ['UTF-8', undefined],
  ['an unknown encoding', 'klingon'],
])('what is not %s is refused', (_, charset) => {
  expect(() => decodeText(latin1('F\xfcchse'), charset)).toThrow(NotTextError)
})
