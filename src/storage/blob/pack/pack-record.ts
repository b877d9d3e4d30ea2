import * as zlib from 'node:zlib'
import { isBlobHash } from '../../../model/id.js'
import { digits, numberAt } from './fixed-digits.js'

/** The first bytes of a pack: what it is, and the version of its format. */
export const PACK_START: Buffer = Buffer.from('showrunner-pack 1\n')

const MARK = 'blob '
const OFFSET_DIGITS = 10
const SIZE_DIGITS = 8
const HASH_AT = MARK.length
const OFFSET_AT = HASH_AT + 64 + 1
const SIZE_AT = OFFSET_AT + OFFSET_DIGITS + 1
const BATCH_AT = SIZE_AT + SIZE_DIGITS + 1
const CRC_AT = BATCH_AT + OFFSET_DIGITS + 1
/** A record is a head of this many bytes, the blob's bytes, and a newline. */
export const HEAD_BYTES: number = CRC_AT + 8 + 1

/** Where every record's head begins; only with its checksum is it one. */
export const HEAD_MARK: Buffer = Buffer.from(MARK)

/** One blob in a pack. */
export interface PackRecord {
  readonly hash: string
  /** Of its head, from the beginning of the pack. */
  readonly offset: number
  /** Of the blob. */
  readonly sizeBytes: number
  /** Offset at which the batch begins that the record was written with. */
  readonly batch: number
}

export const recordBytes = (sizeBytes: number): number => HEAD_BYTES + sizeBytes + 1

/** Offset of the blob's own bytes. */
export const blobOffset = ({ offset }: Pick<PackRecord, 'offset'>): number => offset + HEAD_BYTES

/** Just after the record. */
export const recordEnd = ({ offset, sizeBytes }: Pick<PackRecord, 'offset' | 'sizeBytes'>): number =>
  offset + recordBytes(sizeBytes)

/** `blob <sha256> <offset> <size> <batch> <crc>\n`: fixed width, readable with a pager. */
export function writeHead(record: PackRecord, into: Buffer, at: number): void {
  const { hash, offset, sizeBytes, batch } = record
  const text = `${MARK}${hash} ${digits(offset, OFFSET_DIGITS)} ${digits(sizeBytes, SIZE_DIGITS)} ${digits(batch, OFFSET_DIGITS)} `
  into.write(text, at, 'latin1')
  const crc = zlib.crc32(into.subarray(at, at + CRC_AT))
  into.write(`${crc.toString(16).padStart(8, '0')}\n`, at + CRC_AT, 'latin1')
}

/** The record whose head stands at `at`, where the pack's `offset` is; undefined when there is none. */
export function readHead(bytes: Buffer, at: number, offset: number): PackRecord | undefined {
  if (bytes.length - at < HEAD_BYTES) return undefined
  if (bytes.toString('latin1', at, at + HASH_AT) !== MARK) return undefined
  const crc = bytes.toString('latin1', at + CRC_AT, at + HEAD_BYTES)
  const expected = zlib.crc32(bytes.subarray(at, at + CRC_AT))
  if (crc !== `${expected.toString(16).padStart(8, '0')}\n`) return undefined
  const hash = bytes.toString('latin1', at + HASH_AT, at + HASH_AT + 64)
  const sizeBytes = numberAt(bytes, at + SIZE_AT, SIZE_DIGITS)
  const batch = numberAt(bytes, at + BATCH_AT, OFFSET_DIGITS)
  const isHere = numberAt(bytes, at + OFFSET_AT, OFFSET_DIGITS) === offset
  if (!isHere || sizeBytes === undefined || batch === undefined || !isBlobHash(hash)) return undefined
  return { hash, offset, sizeBytes, batch }
}
