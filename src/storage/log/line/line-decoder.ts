import * as zlib from 'node:zlib'
import { isJsonObject } from '../../../model/json.js'
import { currentEvent } from '../../../model/movie/current-names.js'
import type { MovieEvent } from '../../../model/movie/event.js'
import { CLOSE_BRACE, COMMA, CRC_DIGITS, HEAD, OPEN_BRACE, SEAL_LENGTH, TOKEN_KEY } from './log-line.js'
import { hasDamagedSeal, hasSeal, readHex8, startsWith } from './seal.js'
import type { WantedEvents } from './wanted-events.js'

/** Nested objects may begin like a line, too: so many of them are tried. */
const GLUE_TRY_LIMIT = 64

export type DecodedLine =
  | {
      readonly state: 'whole'
      /** What the writer believed; undefined in foreign lines. Readers count for themselves. */
      readonly seq: number | undefined
      /** 0 in foreign lines. */
      readonly token: number
      /** Undefined: nobody has asked for events of its type, so only its checksum was compared. */
      readonly event: MovieEvent | undefined
      /** After its seal stands a byte that is none of it: what its newline has become. */
      readonly hasSpoiledEnd: boolean
    }
  | {
      readonly state: 'bad'
      readonly reason: string
      /** It looks like the beginning of a line whose writer died in the middle of it. */
      readonly isCutShort: boolean
      /** Its writer's token, as far as it can be read. */
      readonly token: number | undefined
      /** Where another writer's whole line begins that landed right after the cut; equal to the end if none did. */
      readonly cutAt: number
    }

/**
 * Reads the line in `bytes[start, end)`, without its newline. Overwrites two bytes of it, so each line can
 * be decoded once: JSON.parse then sees the bare event, and no key has to be deleted from its result.
 * @param wanted other types are not parsed
 */
export function decodeLine(bytes: Buffer, start: number, end: number, wanted?: WantedEvents): DecodedLine {
  const isSealed = hasSeal(bytes, start, end)
  const isOurs = startsWith(bytes, start, end, HEAD)
  if (!isSealed && !isOurs) return decodeForeignLine(bytes, start, end)
  if (!isSealed && isWhole(bytes, start, end - 1)) {
    const line = decodeLine(bytes, start, end - 1, wanted)
    return line.state === 'whole' ? { ...line, hasSpoiledEnd: true } : line
  }
  if (!isSealed) return badLine(bytes, start, end, 'it ends too early', !hasDamagedSeal(bytes, start, end))
  if (readHex8(bytes, end - CRC_DIGITS - 2) !== checksum(bytes, start, end)) {
    return badLine(bytes, start, end, 'its checksum does not match', false)
  }
  const seqEnd = skipDigits(bytes, start + HEAD.length)
  const comma = skipDigits(bytes, seqEnd + TOKEN_KEY.length)
  if (!isOurs || !startsWith(bytes, seqEnd, end, TOKEN_KEY) || bytes[comma] !== COMMA) {
    return badLine(bytes, start, end, 'it does not start with "seq" and "w"', false)
  }
  const seq = readDigits(bytes, start + HEAD.length, seqEnd)
  const token = readDigits(bytes, seqEnd + TOKEN_KEY.length, comma)
  if (wanted && !wanted.mayBeAt(bytes, comma + 1)) {
    return { state: 'whole', seq, token, event: undefined, hasSpoiledEnd: false }
  }
  const event = decodeEvent(bytes, comma, end)
  if (event === undefined) return badLine(bytes, start, end, 'it is not an object with a "type"', false)
  if (event.type === 'writer.opened' && event.token !== token) {
    return badLine(bytes, start, end, `it opens token ${event.token} under token ${token}`, false)
  }
  return { state: 'whole', seq, token, event, hasSpoiledEnd: false }
}

/** The event of a line of ours, after whose head this comma stands; overwrites two bytes of the line. */
export function decodeEvent(bytes: Buffer, comma: number, end: number): MovieEvent | undefined {
  bytes[comma] = OPEN_BRACE
  bytes[end - SEAL_LENGTH] = CLOSE_BRACE
  return parseEvent(bytes.toString('utf8', comma, end - SEAL_LENGTH + 1))
}

/** Whether it is a line of ours with the checksum that it should have. */
export function isWhole(bytes: Buffer, start: number, end: number): boolean {
  return (
    startsWith(bytes, start, end, HEAD) &&
    hasSeal(bytes, start, end) &&
    readHex8(bytes, end - CRC_DIGITS - 2) === checksum(bytes, start, end)
  )
}

/** A line of another program's log: an object with a type, and nothing of ours to check it by. */
function decodeForeignLine(bytes: Buffer, start: number, end: number): DecodedLine {
  const text = bytes.toString('utf8', start, end)
  const event = parseEvent(text)
  if (event === undefined) {
    return badLine(bytes, start, end, 'it is not an object with a "type"', HEAD.startsWith(text))
  }
  if ('seq' in event || 'w' in event || 'c' in event) {
    return badLine(bytes, start, end, 'its "seq", "w" or "c" is damaged', false)
  }
  return { state: 'whole', seq: undefined, token: 0, event, hasSpoiledEnd: false }
}

function parseEvent(text: string): MovieEvent | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isEvent = isJsonObject(value) && typeof value.type === 'string'
    return isEvent ? (currentEvent(value) as unknown as MovieEvent) : undefined
  } catch {
    return undefined
  }
}

function badLine(bytes: Buffer, start: number, end: number, reason: string, endsEarly: boolean): DecodedLine {
  const cutAt = findWholeLine(bytes, start, end)
  const seqEnd = skipDigits(bytes, start + HEAD.length)
  const tokenStart = seqEnd + TOKEN_KEY.length
  const comma = skipDigits(bytes, tokenStart)
  const hasToken =
    comma < cutAt &&
    bytes[comma] === COMMA &&
    startsWith(bytes, start, end, HEAD) &&
    startsWith(bytes, seqEnd, end, TOKEN_KEY)
  return {
    state: 'bad',
    reason,
    isCutShort: endsEarly || cutAt < end || hasHole(bytes, start, end),
    token: hasToken ? readDigits(bytes, tokenStart, comma) : undefined,
    cutAt,
  }
}

/** The torn beginning of one line and a whole line of another writer can share a line of the file. */
function findWholeLine(bytes: Buffer, start: number, end: number): number {
  if (!hasSeal(bytes, start, end)) return end
  const crc = readHex8(bytes, end - CRC_DIGITS - 2)
  for (let tries = 0, at = start; tries < GLUE_TRY_LIMIT; tries++) {
    at = bytes.indexOf(HEAD, at + 1, 'latin1')
    if (at === -1 || at + HEAD.length + SEAL_LENGTH > end) return end
    if (checksum(bytes, at, end) === crc) return at
  }
  return end
}

/** The CRC-32 that a sealed line should carry: of the line as it is without `,"c":"…"`. */
function checksum(bytes: Buffer, start: number, end: number): number {
  const seal = end - SEAL_LENGTH
  bytes[seal] = CLOSE_BRACE
  const crc = zlib.crc32(bytes.subarray(start, seal + 1))
  bytes[seal] = COMMA
  return crc
}

function skipDigits(bytes: Buffer, start: number): number {
  let at = start
  while (bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at += 1
  return at
}

function readDigits(bytes: Buffer, start: number, end: number): number {
  let value = 0
  for (let i = start; i < end; i++) value = value * 10 + bytes[i]! - 0x30
  return value
}

/** Blocks that never reached the disk read as zeros after a power loss; JSON text has none. */
const hasHole = (bytes: Buffer, start: number, end: number): boolean =>
  bytes.subarray(start, end).includes('\0\0\0\0', 0, 'latin1')
