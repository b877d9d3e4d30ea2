import { crc32, deflateSync } from 'node:zlib'

/** A gray PNG of 8 × 8 pixels; another picture for another shade. */
export function samplePng(shade: number): Buffer {
  const header = Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0])
  const row = [0, ...Array(8).fill(shade)]
  const pixels = deflateSync(Buffer.from(Array(8).fill(row).flat()))
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

/** A WAV file of silence: 16 bits, one channel, 8 kHz. */
export function sampleWav(sampleCount: number): Buffer {
  const header = Buffer.from('RIFF____WAVEfmt ____________________data____', 'latin1')
  header.writeUInt32LE(36 + 2 * sampleCount, 4)
  for (const [offset, value] of [
    [16, 16],
    [24, 8_000],
    [28, 16_000],
    [40, 2 * sampleCount],
  ] as const)
    header.writeUInt32LE(value, offset)
  for (const [offset, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    header.writeUInt16LE(value, offset)
  return Buffer.concat([header, Buffer.alloc(2 * sampleCount)])
}
