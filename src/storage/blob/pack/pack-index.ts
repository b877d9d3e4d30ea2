import * as zlib from 'node:zlib'
import { digits, numberAt } from './fixed-digits.js'
import type { PackRecord } from './pack-record.js'

/** Stands where the next record would. */
export const INDEX_MARK: Buffer = Buffer.from('index\n')
const OFFSET_DIGITS = 10
const SIZE_DIGITS = 8
const LINE_BYTES = 64 + 1 + OFFSET_DIGITS + 1 + SIZE_DIGITS + 1
const COUNT_DIGITS = 8
const END_MARK = 'end '
/** `end <offset of the index> <records> <crc>\n`, the last bytes of a sealed pack. */
export const TRAILER_BYTES: number = END_MARK.length + OFFSET_DIGITS + 1 + COUNT_DIGITS + 1 + 8 + 1

export type IndexedRecord = Omit<PackRecord, 'batch'>

/** Bytes of the index of so many records, with its trailer. */
export const indexBytes = (count: number): number => INDEX_MARK.length + count * LINE_BYTES + TRAILER_BYTES

/** What seals a pack: a line `<sha256> <offset> <size>` a record, and the trailer. */
export function encodeIndex(records: readonly IndexedRecord[], indexOffset: number): Buffer {
  const bytes = Buffer.allocUnsafe(indexBytes(records.length))
  let at = INDEX_MARK.copy(bytes)
  for (const { hash, offset, sizeBytes } of records) {
    at += bytes.write(
      `${hash} ${digits(offset, OFFSET_DIGITS)} ${digits(sizeBytes, SIZE_DIGITS)}\n`,
      at,
      'latin1',
    )
  }
  const place = `${digits(indexOffset, OFFSET_DIGITS)} ${digits(records.length, COUNT_DIGITS)}`
  at += bytes.write(`${END_MARK}${place} `, at, 'latin1')
  const crc = zlib.crc32(bytes.subarray(0, at))
  bytes.write(`${crc.toString(16).padStart(8, '0')}\n`, at, 'latin1')
  return bytes
}

/** Where the index begins, according to the last bytes of a pack; undefined when it is not sealed. */
export function indexOffsetOf(trailer: Buffer, packBytes: number): number | undefined {
  if (trailer.length !== TRAILER_BYTES || trailer.toString('latin1', 0, END_MARK.length) !== END_MARK)
    return undefined
  const offset = numberAt(trailer, END_MARK.length, OFFSET_DIGITS)
  const count = numberAt(trailer, END_MARK.length + OFFSET_DIGITS + 1, COUNT_DIGITS)
  if (offset === undefined || count === undefined) return undefined
  return offset + indexBytes(count) === packBytes ? offset : undefined
}

/**
 * The records of an index.
 * @param bytes from its first byte to the last of the pack
 * @returns undefined when it is damaged
 */
export function decodeIndex(bytes: Buffer, indexOffset: number): IndexedRecord[] | undefined {
  const crcAt = bytes.length - 9
  const crc = zlib.crc32(bytes.subarray(0, crcAt)).toString(16).padStart(8, '0')
  if (!bytes.subarray(0, INDEX_MARK.length).equals(INDEX_MARK)) return undefined
  if (bytes.toString('latin1', crcAt) !== `${crc}\n`) return undefined
  const records: IndexedRecord[] = []
  const end = bytes.length - TRAILER_BYTES
  for (let at = INDEX_MARK.length; at < end; at += LINE_BYTES) {
    const hash = bytes.toString('latin1', at, at + 64)
    const offset = numberAt(bytes, at + 65, OFFSET_DIGITS)
    const sizeBytes = numberAt(bytes, at + 65 + OFFSET_DIGITS + 1, SIZE_DIGITS)
    if (offset === undefined || sizeBytes === undefined || offset >= indexOffset) return undefined
    records.push({ hash, offset, sizeBytes })
  }
  return records
}
