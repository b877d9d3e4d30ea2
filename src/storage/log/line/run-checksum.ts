import * as zlib from 'node:zlib'
import { CLOSE_BRACE, CRC_DIGITS, NEWLINE, SEAL_LENGTH } from './log-line.js'
import { hasSeal, readHex8 } from './seal.js'

/*
 * The checksums of many lines are compared at once: those that the lines carry say together what the CRC-32 of all
 * their bytes is, which zlib computes several times as fast in one call as in one for each line.
 *
 * With r the register of a CRC-32 (https://www.w3.org/TR/png/#D-CRCAppendix), the register after n bytes is
 * f(r) = f(~0) ^ zeros(n, ~r), where zeros(n, r) is the register after n bytes of 0 (as in zlib's crc32_combine).
 */

/** The register after a byte b is `STEP[(r ^ b) & 255] ^ (r >>> 8)`. */
const STEP = new Int32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let r = byte
  for (let bit = 0; bit < 8; bit++) r = r & 1 ? (r >>> 1) ^ 0xedb88320 : r >>> 1
  STEP[byte] = r
}
/** By its highest byte, which entry of STEP was taken. */
const TAKEN = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) TAKEN[STEP[byte]! >>> 24] = byte

/** Longer lines are compared one by one. */
const LINE_LIMIT_BYTES = 1 << 16
/** For each power of two, the register after so many zeros, by the four bytes of the register before. */
const ZEROS: Int32Array[] = []
/** Making those takes 15 ms of a process: more than they save until so much has been read. */
const SHORT_LOG_BYTES = 4 << 20
/** Of all logs, by this thread. */
let readBytes = 0

/** As {@link checkedEnds}; undefined while too little has been read for it to be worth its tables. */
export function endsOnceTheyPay(bytes: Buffer): readonly number[] | undefined {
  readBytes += bytes.length
  return readBytes > SHORT_LOG_BYTES ? checkedEnds(bytes) : undefined
}

/**
 * Where the lines of a run end, when all are sealed and carry the checksum that they should have; undefined where they
 * have to be looked at one by one.
 */
export function checkedEnds(bytes: Buffer): readonly number[] | undefined {
  const ends: number[] = []
  let r = -1
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start)
    if (newline === -1 || newline - start > LINE_LIMIT_BYTES) return undefined
    if (newline > start) {
      if (!hasSeal(bytes, start, newline)) return undefined
      r = sealedRegister(bytes, newline) ^ zeros(newline + 1 - start, ~r)
    } else r = step(r, NEWLINE)
    ends.push(newline)
    start = newline + 1
  }
  return ~r >>> 0 === zlib.crc32(bytes) ? ends : undefined
}

/** The register after a line, its newline included, by the checksum that it carries. */
function sealedRegister(bytes: Buffer, newline: number): number {
  // Of the line without its seal, and a brace instead.
  const carried = ~readHex8(bytes, newline - CRC_DIGITS - 2)!
  const taken = TAKEN[carried >>> 24]!
  let r = ((carried ^ STEP[taken]!) << 8) | (taken ^ CLOSE_BRACE)
  for (let at = newline - SEAL_LENGTH; at <= newline; at++) r = step(r, bytes[at]!)
  return r
}

const step = (r: number, byte: number): number => STEP[(r ^ byte) & 255]! ^ (r >>> 8)

/** The register after so many bytes of 0. */
function zeros(count: number, r: number): number {
  for (let power = 0; count > 0; power++, count >>>= 1) if (count & 1) r = powerOfZeros(power, r)
  return r
}

function powerOfZeros(power: number, r: number): number {
  ZEROS[power] ??= tableOf(power)
  const table = ZEROS[power]
  return (
    table[r & 255]! ^
    table[256 + ((r >>> 8) & 255)]! ^
    table[512 + ((r >>> 16) & 255)]! ^
    table[768 + (r >>> 24)]!
  )
}

function tableOf(power: number): Int32Array {
  const table = new Int32Array(4 * 256)
  for (let place = 0; place < 4; place++)
    for (let byte = 0; byte < 256; byte++) {
      const r = byte << (8 * place)
      table[256 * place + byte] =
        power === 0 ? step(r, 0) : powerOfZeros(power - 1, powerOfZeros(power - 1, r))
    }
  return table
}
