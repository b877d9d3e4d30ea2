import { expect, test } from 'vitest'
import { FileEnd } from '../../../src/model/media/file-end.js'
import { solidPng } from '../../../src/providers/simulate/png.js'
import { silentWav } from '../../../src/providers/simulate/silent-wav.js'

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const uint32 = (value: number, isLittle = false) => {
  const bytes = Buffer.alloc(4)
  isLittle ? bytes.writeUInt32LE(value) : bytes.writeUInt32BE(value)
  return bytes
}
const box = (type: string, content: Buffer) =>
  Buffer.concat([uint32(8 + content.length), latin1(type), content])
const jpeg = Buffer.concat([
  latin1('\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0'),
  // A preview within a segment has an end of its own.
  latin1('\xff\xe1\0\x08\xff\xd8\xff\xd9..'),
  latin1('\xff\xda\0\x08\x01\x01\0\0\x3f\0'),
  Buffer.alloc(300, 7),
  latin1('\xff\xd9'),
])
const webp = Buffer.concat([
  latin1('RIFF'),
  uint32(312, true),
  latin1('WEBPVP8 '),
  uint32(300, true),
  Buffer.alloc(300),
])
const mp4 = Buffer.concat([
  box('ftyp', latin1('isom\0\0\x02\0')),
  box('moov', Buffer.alloc(40)),
  box('mdat', Buffer.alloc(200)),
])
const long = Buffer.concat([
  box('ftyp', latin1('isom\0\0\x02\0')),
  Buffer.concat([uint32(1), latin1('mdat'), uint32(0), uint32(116), Buffer.alloc(100)]),
])

function isCut(bytes: Buffer, chunkBytes = bytes.length): boolean {
  const end = new FileEnd()
  for (let at = 0; at < bytes.length; at += chunkBytes) end.add(bytes.subarray(at, at + chunkBytes))
  return end.isCut
}

test.each<[string, Buffer]>([
  ['PNG', Buffer.from(solidPng(30, 30, [1, 2, 3]))],
  ['JPEG', jpeg],
  ['WebP', webp],
  ['WAV', Buffer.from(silentWav(100))],
  ['MP4', mp4],
  ['MP4 with a long part', long],
])('a %s that was cut is told from a whole one, however it comes', (_, whole) => {
  for (const chunkBytes of [1, 3, 7, 64, whole.length]) {
    expect(isCut(whole, chunkBytes)).toBe(false)
    expect(isCut(Buffer.concat([whole, latin1('\0\0\0')]), chunkBytes)).toBe(false)
    for (const missing of [1, 3, Math.floor(whole.length / 2)])
      expect(isCut(whole.subarray(0, -missing), chunkBytes)).toBe(true)
  }
})

test.each<[string, Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['a text', latin1('This is not a picture at all.')],
  [
    'sound of unknown length',
    Buffer.concat([latin1('RIFF'), uint32(0xffffffff, true), latin1('WAVEfmt '), Buffer.alloc(20)]),
  ],
  [
    'a film whose last part goes to the end',
    Buffer.concat([box('ftyp', Buffer.alloc(8)), uint32(0), latin1('mdat..')]),
  ],
  ['parts that cannot be', Buffer.concat([box('ftyp', Buffer.alloc(8)), uint32(3), latin1('mdat..')])],
  ['a picture with a strange marker', latin1('\xff\xd8\xff\x01\0\0\0\0\0\0\0\0\0\0\0')],
])('of %s nobody can say that it was cut', (_, bytes) => {
  expect(isCut(bytes)).toBe(false)
})
