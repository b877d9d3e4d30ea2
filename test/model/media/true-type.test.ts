import { expect, test } from 'vitest'
import { isMimeType, mimeMatches } from '../../../src/model/media/mime-type.js'
import { trueType } from '../../../src/model/media/true-type.js'

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const JPEG = latin1('\xff\xd8\xff\xe0\0\x10JFIF')
const PNG = latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')
const WEBP = latin1('RIFF\x24\0\0\0WEBPVP8 ')
const WAV = latin1('RIFF\x24\0\0\0WAVEfmt ')
const ADTS = latin1('\xff\xf1\x50\x80\x02\x1f\xfc')
const MP3 = latin1('\xff\xfb\x90\x64\0\0')
const OPUS = latin1('OggS\0\x02\0\0\0\0\0\0\0\0....\0\0\0\0....\x01\x13OpusHead')
const MP4 = latin1('\0\0\0\x20ftypisom\0\0\x02\0')
const MOV = latin1('\0\0\0\x14ftypqt  \0\0\x02\0')
const M4A = latin1('\0\0\0\x20ftypM4A \0\0\x02\0')
const AVIF = latin1('\0\0\0\x20ftypavif\0\0\0\0')
const ZIP = latin1('PK\x03\x04\x14\0')
const SVG = latin1('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">')
const PAGE = latin1('\n<!DOCTYPE html><html><body>Not found')
const NOISE = latin1('\x01\x02\x03\x04')
const WORDS = latin1('Hello')

test.each<[asked: string, said: string, head: Buffer, kept: string | undefined]>([
  // Other names for the same.
  ['image/jpeg', 'image/jpg', JPEG, 'image/jpeg'],
  ['image/jpg', 'image/jpeg', JPEG, 'image/jpg'],
  ['audio/mpeg', 'audio/mp3', MP3, 'audio/mpeg'],
  ['audio/wav', 'audio/x-wav', WAV, 'audio/wav'],
  ['audio/wav', 'audio/wave', NOISE, 'audio/wav'],
  ['application/xml', 'text/xml; charset=ISO-8859-1', WORDS, 'application/xml; charset=ISO-8859-1'],
  ['audio/mp4', 'audio/x-m4a', M4A, 'audio/mp4'],
  ['image/*', 'image/jpg', NOISE, 'image/jpeg'],
  // The label lies, the bytes do not.
  ['image/png', 'image/png', JPEG, 'image/jpeg'],
  ['image/png', 'image/jpeg', JPEG, 'image/jpeg'],
  ['image/png', 'application/octet-stream', WEBP, 'image/webp'],
  ['image/*', 'image/png', WEBP, 'image/webp'],
  ['image/*', 'application/octet-stream', AVIF, 'image/avif'],
  ['audio/mpeg', 'audio/mpeg', ADTS, 'audio/aac'],
  ['audio/aac', 'audio/mpeg', ADTS, 'audio/aac'],
  ['audio/opus', 'audio/ogg', OPUS, 'audio/opus'],
  ['audio/ogg', 'audio/opus', OPUS, 'audio/ogg'],
  ['audio/mpeg', 'audio/mp3', OPUS, 'audio/ogg'],
  ['audio/mpeg', 'video/mp4', MP4, 'video/mp4'],
  ['video/quicktime', 'video/mov', MOV, 'video/quicktime'],
  ['video/mp4', 'video/mp4', MOV, 'video/mp4'],
  ['audio/*', 'binary/octet-stream', MP4, 'audio/mp4'],
  ['application/xml', 'text/xml', JPEG, 'image/jpeg'],
  ['image/png', 'text/plain', SVG, 'image/svg+xml'],
  // What nobody can tell is believed.
  ['audio/pcm', 'audio/mpeg', NOISE, 'audio/pcm'],
  ['image/png', 'image/webp', NOISE, 'image/png'],
  ['image/png', 'text/html', NOISE, 'image/png'],
  ['image/*', '', NOISE, 'application/octet-stream'],
  [
    'application/vnd.oasis.opendocument.text',
    'application/zip',
    ZIP,
    'application/vnd.oasis.opendocument.text',
  ],
  ['application/octet-stream', 'image/png', PNG, 'application/octet-stream'],
  // A charset belongs to a text.
  ['image/png', 'image/png;charset=UTF-8', PNG, 'image/png'],
  ['image/jpeg', 'image/jpeg; charset=binary', JPEG, 'image/jpeg'],
  ['audio/ogg', 'audio/ogg; codecs=opus', OPUS, 'audio/ogg; codecs=opus'],
  ['text/html', 'text/plain; charset=windows-1252', WORDS, 'text/html; charset=windows-1252'],
  ['text/plain; charset=utf-8', 'text/plain', WORDS, 'text/plain; charset=utf-8'],
  ['text/markdown', 'text/html', PAGE, 'text/markdown'],
  ['text/*', 'application/json', WORDS, 'application/json'],
  // A page of a service is no picture.
  ['image/png', 'text/html', PAGE, undefined],
  ['image/*', 'application/octet-stream', PAGE, undefined],
  ['image/svg+xml', 'text/html', PAGE, undefined],
  ['video/mp4', 'application/json', latin1('{"error":"gone"}'), undefined],
  // Under the label of what was asked for.
  ['image/png', 'image/png', latin1('{"error":{"message":"flagged"}}'), undefined],
  [
    'audio/mpeg',
    'audio/mpeg',
    latin1('<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>'),
    undefined,
  ],
  ['video/*', 'video/mp4', latin1('<Error><Code>AccessDenied</Code></Error>'), undefined],
  ['image/*', 'image/png', latin1('[{"detail":"gone"}]'), undefined],
  ['application/json', 'text/html', PAGE, undefined],
])('asked %s, said %s', (asked, said, head, kept) => {
  expect(trueType(asked, said, head)).toBe(kept)
  if (kept !== undefined) expect(isMimeType(kept)).toBe(true)
})

test('without the bytes only the names count', () => {
  expect(trueType('image/png', 'image/jpeg', undefined)).toBe('image/jpeg')
  expect(trueType('image/jpeg', 'image/jpg', undefined)).toBe('image/jpeg')
})

test('what stands in comments before a picture or a page makes no difference, however many there are', () => {
  const comments = '<!---->\t<!-- \u00e9 -->'.repeat(40)
  expect(trueType('image/*', 'image/png', latin1(`${comments}<svg>`))).toBe('image/svg+xml')
  expect(trueType('image/png', 'image/png', latin1(`${comments} <html>`))).toBeUndefined()
  expect(trueType('text/plain', 'text/plain', latin1(`${comments} <`))).toBe('text/plain')
})

test('names match by what they mean', () => {
  expect(mimeMatches('audio/*', 'audio/x-wav')).toBe(true)
  expect(mimeMatches('TEXT/XML', 'application/xml; charset=utf-8')).toBe(true)
  expect(mimeMatches('image/png', 'image/jpeg')).toBe(false)
})
