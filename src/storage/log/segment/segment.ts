import { isJsonObject } from '../../../model/json.js'
import { sha256 } from '../../../model/sha256.js'

/** Segments that a reader fetches at the same time. */
export const SEGMENT_READ_CONCURRENCY = 16
/** Segments that are worth a pack, and a look for packs. */
export const PACK_MIN_SEGMENTS = 64

/** The first line of a segment. */
export interface SegmentHeader {
  /** From 1, without gaps. */
  readonly segment: number
  /** Of the writer that made it. */
  readonly token: number
  /** Tells it from every other attempt to make this segment. */
  readonly nonce: string
  /** SHA-256 of the segment before it; null for the first. */
  readonly previous: string | null
  /** Of the first one, made from another log: SHA-256 of the parts whose events come before its own. */
  readonly before?: readonly string[]
}

export interface Segment extends SegmentHeader {
  /** SHA-256 of the whole segment. */
  readonly hash: string
  /** The lines of its events. */
  readonly lines: Buffer
}

const NEWLINE = 0x0a

export function segmentBytes(header: SegmentHeader, lines: Uint8Array): Buffer {
  const { segment, token, nonce, previous, before } = header
  const first = { segment, token, nonce, previous, ...(before && { before }) }
  return Buffer.concat([Buffer.from(`${JSON.stringify(first)}\n`), lines])
}

/** What is wrong with a segment is a string. */
export function parseSegment(bytes: Buffer, number: number): Segment | string {
  const end = bytes.indexOf(NEWLINE)
  if (end === -1) return 'its first line is cut short'
  let header: unknown
  try {
    header = JSON.parse(bytes.toString('utf8', 0, end))
  } catch {
    return 'its first line is not JSON'
  }
  if (!isHeader(header)) return 'its first line is not a segment header'
  if (header.segment !== number) return `it says that it is segment ${header.segment}`
  const lines = bytes.subarray(end + 1)
  if (lines.length === 0 || lines.at(-1) !== NEWLINE) return 'it is cut short'
  const { segment, token, nonce, previous, before } = header
  return { segment, token, nonce, previous, ...(before && { before }), hash: sha256(bytes), lines }
}

function isHeader(value: unknown): value is SegmentHeader {
  if (!isJsonObject(value)) return false
  const { segment, token, nonce, previous, before = [] } = value
  return (
    Number.isSafeInteger(segment) &&
    Number.isSafeInteger(token) &&
    typeof nonce === 'string' &&
    (previous === null || typeof previous === 'string') &&
    Array.isArray(before) &&
    before.every(hash => typeof hash === 'string')
  )
}
