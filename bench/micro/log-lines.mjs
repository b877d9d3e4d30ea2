import { decodeLine } from '../../dist/storage/log/line/line-decoder.js'
import { LineEncoder } from '../../dist/storage/log/line/line-encoder.js'
import { eventsOfJobs } from '../support/events.mjs'

const NEWLINE = 0x0a
const events = eventsOfJobs(0, 500)

/** Events as lines with number, token and checksum. */
export function encodeLines() {
  const encoder = new LineEncoder()
  return {
    name: 'encode a line',
    count: events.length,
    against: 'JSON.stringify and Buffer.from',
    ours: () => encoder.encode(events, 1, 1),
    theirs: () => Buffer.from(events.map(event => JSON.stringify(event)).join('\n')),
  }
}

/** Lines as events, their checksums checked. */
export function decodeLines() {
  const lines = Buffer.from(new LineEncoder().encode(events, 1, 1))
  const bytes = Buffer.alloc(lines.length)
  return {
    name: 'decode a line',
    count: events.length,
    against: 'JSON.parse of its text',
    ours() {
      // Decoding overwrites two bytes of a line.
      lines.copy(bytes)
      eachLine(bytes, (start, end) => decodeLine(bytes, start, end))
    },
    theirs() {
      eachLine(lines, (start, end) => JSON.parse(lines.toString('utf8', start, end)))
    },
  }
}

/** @param {Buffer} bytes @param {(start: number, end: number) => void} visit */
function eachLine(bytes, visit) {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, start)
    visit(start, end)
    start = end + 1
  }
}
