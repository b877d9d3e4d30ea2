import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const TRUE_COLOUR = 2

/**
 * A PNG of one colour (PNG specification, third edition). With `sizeBytes` it is filled up to that size, when
 * it is not larger already, by a chunk that readers skip.
 */
export function solidPng(
  width: number,
  height: number,
  [red, green, blue]: readonly [number, number, number],
  sizeBytes = 0,
): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, TRUE_COLOUR], 8)
  // Each row begins with the number of its filter, none.
  const row = Buffer.alloc(1 + 3 * width)
  for (let x = 0; x < width; x++) row.set([red, green, blue], 1 + 3 * x)
  const pixels = Buffer.alloc(row.length * height, row)
  const chunks = [SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(pixels))]
  const end = chunk('IEND', Buffer.alloc(0))
  const missing = sizeBytes - Buffer.concat(chunks).length - end.length
  // A chunk itself takes 12 bytes.
  if (missing >= 12) chunks.push(chunk('paDd', Buffer.alloc(missing - 12)))
  return Buffer.concat([...chunks, end])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
