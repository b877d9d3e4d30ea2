import * as zlib from 'node:zlib'
import { ShowrunnerError } from '../../../model/error/error.js'
import type { MovieEvent } from '../../../model/movie/event.js'
import { eventJson } from '../../../model/movie/event-json.js'
import {
  CLOSE_BRACE,
  COMMA,
  HEAD,
  LOG_LINE_LIMIT_BYTES,
  NEWLINE,
  QUOTE,
  SEAL_KEY,
  SEAL_LENGTH,
  TOKEN_KEY,
} from './log-line.js'

const HEX_DIGITS = '0123456789abcdef'
/** A UTF-16 unit takes up to three bytes in UTF-8. */
const MOST_BYTES_A_CHAR = 3
/** An encoder that had to grow beyond this lets the memory go. */
const KEPT_BYTES = 8 * 1024 * 1024

/** Turns batches of events into the bytes of one write each, in a buffer that it uses again and again. */
export class LineEncoder {
  #bytes: Buffer<ArrayBufferLike> = Buffer.alloc(0)

  /** Lines numbered from `firstSeq`. The bytes hold until the next call. */
  encode(events: readonly MovieEvent[], firstSeq: number, token: number): Buffer {
    return this.encodePart(events, 0, firstSeq, token, Number.POSITIVE_INFINITY).lines
  }

  /** The lines of the events from `from` on until they have `limitBytes`, at least one, and how many they are. */
  encodePart(
    events: readonly MovieEvent[],
    from: number,
    firstSeq: number,
    token: number,
    limitBytes: number,
  ): { lines: Buffer; count: number } {
    let at = 0
    let count = 0
    while (from + count < events.length && at < limitBytes) {
      const json = eventJson(events[from + count]!)
      const head = `${HEAD}${firstSeq + count}${TOKEN_KEY}${token},`
      this.#reserve(at, head.length + json.length * MOST_BYTES_A_CHAR + SEAL_LENGTH)
      at = encodeLine(this.#bytes, at, head, json)
      count += 1
    }
    const lines = this.#bytes.subarray(0, at)
    if (at > KEPT_BYTES) this.#bytes = Buffer.alloc(0)
    return { lines, count }
  }

  #reserve(usedBytes: number, moreBytes: number): void {
    if (usedBytes + moreBytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow((usedBytes + moreBytes) * 2)
    this.#bytes.copy(larger, 0, 0, usedBytes)
    this.#bytes = larger
  }
}

/** Writes one line at `start`, and returns where the next one begins. */
function encodeLine(bytes: Buffer, start: number, head: string, json: string): number {
  for (let i = 0; i < head.length; i++) bytes[start + i] = head.charCodeAt(i)
  // The event's opening brace lands on the head's last comma, which is then put back.
  const jsonStart = start + head.length - 1
  const jsonEnd = jsonStart + bytes.write(json, jsonStart, 'utf8')
  bytes[jsonStart] = COMMA
  if (jsonEnd - start + SEAL_LENGTH > LOG_LINE_LIMIT_BYTES) throw lineTooLong(jsonEnd - start)
  const crc = zlib.crc32(bytes.subarray(start, jsonEnd))
  const seal = jsonEnd - 1
  for (let i = 0; i < SEAL_KEY.length; i++) bytes[seal + i] = SEAL_KEY.charCodeAt(i)
  writeHex8(bytes, seal + SEAL_KEY.length, crc)
  const end = seal + SEAL_LENGTH
  bytes[end - 2] = QUOTE
  bytes[end - 1] = CLOSE_BRACE
  bytes[end] = NEWLINE
  return end + 1
}

function writeHex8(bytes: Buffer, start: number, crc: number): void {
  for (let shift = 28, at = start; shift >= 0; shift -= 4, at++) {
    bytes[at] = HEX_DIGITS.charCodeAt((crc >>> shift) & 0xf)
  }
}

const lineTooLong = (sizeBytes: number): ShowrunnerError =>
  new ShowrunnerError(
    'INTERNAL',
    `An event of ${sizeBytes} bytes is no log line (at most ${LOG_LINE_LIMIT_BYTES}): values above the inline limit belong in blobs. Please report this.`,
  )
