import type { LoggedEvent, MovieEvent } from '../../model/movie/event.js'
import type { LogPosition } from '../../model/movie/log-position.js'
import { type DecodedLine, decodeEvent, decodeLine, isWhole } from './line/line-decoder.js'
import { LineHead } from './line/line-head.js'
import { COMMA, NEWLINE, SEAL_LENGTH } from './line/log-line.js'
import { endsOnceTheyPay } from './line/run-checksum.js'
import type { WantedEvents } from './line/wanted-events.js'

/** What a pass over a log meets, in file order. Offsets are bytes, of the beginning of a line. */
export interface LogVisitor {
  /** A line that counts. Returning 'stop' ends the pass after it. */
  event(event: LoggedEvent): 'stop' | undefined
  /**
   * A line that by the rules of the log does not count: void, or a sealed torn tail. `isDamaged` when a sealed
   * line is not cut short but spoiled in the middle, as no writer that died would leave it.
   */
  leftOut(offset: number, reason: string, isDamaged: boolean): void
  /** A line whose newline is spoiled. It counts all the same: its checksum is right. */
  spoiled(offset: number, reason: string): void
  /** A line that should count and cannot. A visitor that returns goes on after it. */
  damage(offset: number, reason: string): void
}

type BadLine = Extract<DecodedLine, { state: 'bad' }>
type WholeLine = Extract<DecodedLine, { state: 'whole' }>

/** A line and its place: its first byte, and the first after it. */
interface PlacedLine {
  readonly line: WholeLine
  readonly offset: number
  readonly next: number
}

const SPOILED = 'the byte after it is not a newline; the line counts'

/** One batch that was cut short spoils a line or two; a longer run of bad lines is no torn tail. */
const TORN_LINE_LIMIT = 1_000

/**
 * Which lines of a log count, and as which number: the rule every reader and writer follows.
 *
 * - `writer.opened` counts if its token is higher than all tokens before it, any other line if its token is
 *   not lower than the highest; the rest is void, as if it were not there.
 * - Bad lines directly before a `writer.opened` that counts are a torn tail, sealed by it, and left out.
 *   Bad lines at the end are undecided while they look cut short: the seal may be on its way.
 * - A line with a right checksum counts, also when its newline is spoiled or missing. Before a `writer.opened` its
 *   `seq` decides: writers up to version 0.1.0 left such a line out, and numbered what they wrote accordingly.
 * - Events are numbered by counting; a line's own `seq` only shows whether lines are missing. A `writer.opened`
 *   carries a lower one when lines came in between that its writer had not read, and never a higher one.
 */
export class LogScan {
  readonly #visitor: LogVisitor
  readonly #wanted: WantedEvents | undefined
  readonly #head = new LineHead()
  #seq: number
  #token: number
  #offset: number
  #undecided: { offset: number; reason: string; isCutShort: boolean }[] = []
  /** Lines with a spoiled end, until the next line decides. */
  #spoiled: PlacedLine[] = []
  /** Lines were lost in damage that has been reported: the next number cannot be checked. */
  #hasLostCount = false

  /** @param wanted the visitor gets these events only; the others are checked and counted */
  constructor(after: LogPosition, visitor: LogVisitor, wanted?: WantedEvents) {
    this.#visitor = visitor
    this.#wanted = wanted
    this.#seq = after.seq
    this.#token = after.token
    this.#offset = after.offset
  }

  /** Just after the last line that counted. */
  get position(): LogPosition {
    return { seq: this.#seq, offset: this.#offset, token: this.#token }
  }

  /** Offsets of bad lines that wait for a `writer.opened` to seal them. */
  get undecided(): readonly number[] {
    return this.#undecided.map(line => line.offset)
  }

  /** Takes whole lines; the first byte of `bytes` is at `offset` in the file. */
  take(bytes: Buffer, offset: number): 'stop' | undefined {
    const ends = endsOnceTheyPay(bytes)
    for (let line = 0, start = 0; start < bytes.length; line++) {
      const end = ends?.[line] ?? bytes.indexOf(NEWLINE, start)
      let taken = ends && this.#takeNext(bytes, start, end, offset)
      if (taken === undefined && end > start) taken = this.#takeLine(bytes, start, end, offset)
      if (taken === 'stop') return 'stop'
      start = end + 1
    }
    return undefined
  }

  /** Takes what is after the last newline; true when it is a line that lacks nothing but its newline. */
  takeTail(bytes: Buffer, offset: number): boolean {
    const isSpoiled = isWhole(bytes, 0, bytes.length - 1)
    if (!isSpoiled && !isWhole(bytes, 0, bytes.length)) return false
    const line = decodeLine(bytes, 0, bytes.length, this.#wanted)
    if (line.state === 'bad') return false
    this.#takeWhole({ line, offset, next: offset + bytes.length + (isSpoiled ? 0 : 1) })
    return true
  }

  /** To be called at the end of the log: bad lines that were not just cut short are damage. */
  end(): void {
    this.#countSpoiled()
    if (this.#undecided.some(line => !line.isCutShort)) this.#reportUndecided()
  }

  /**
   * Takes a line whose checksum is right when it is the next one of the same writer, as nearly all are.
   * @returns undefined: it is to be looked at more closely
   */
  #takeNext(bytes: Buffer, start: number, end: number, base: number): 'stop' | 'taken' | undefined {
    const head = this.#head
    const isPending = this.#undecided.length > 0 || this.#spoiled.length > 0 || this.#hasLostCount
    if (isPending || !head.read(bytes, start)) return undefined
    const { comma, token, seq } = head
    if (token !== this.#token || seq !== this.#seq + 1) return undefined
    const isWanted = this.#wanted?.mayBeAt(bytes, comma + 1) !== false
    const event = isWanted ? decodeEvent(bytes, comma, end) : undefined
    if (isWanted && (event === undefined || event.type === 'writer.opened')) {
      // As it was, to be decoded again.
      bytes[comma] = COMMA
      bytes[end - SEAL_LENGTH] = COMMA
      return undefined
    }
    return this.#count(token, event, base + end + 1) ?? 'taken'
  }

  #takeLine(bytes: Buffer, start: number, end: number, base: number): 'stop' | undefined {
    const line = decodeLine(bytes, start, end, this.#wanted)
    if (line.state === 'whole') return this.#takeWhole({ line, offset: base + start, next: base + end + 1 })
    if (line.cutAt === end) {
      this.#takeBad(line, base + start)
      return undefined
    }
    const first = decodeLine(bytes, start, line.cutAt, this.#wanted)
    if (first.state === 'bad') this.#takeBad(line, base + start)
    else {
      const placed = {
        line: { ...first, hasSpoiledEnd: true },
        offset: base + start,
        next: base + line.cutAt,
      }
      if (this.#takeWhole(placed) === 'stop') return 'stop'
    }
    return this.#takeLine(bytes, line.cutAt, end, base)
  }

  #takeWhole(placed: PlacedLine): 'stop' | undefined {
    const { token, event, hasSpoiledEnd } = placed.line
    const opensWriter = event?.type === 'writer.opened' && token > 0
    if (opensWriter ? token <= this.#token : token < this.#token) {
      const reason = `void: token ${token} is superseded by token ${this.#token}`
      this.#visitor.leftOut(placed.offset, reason, false)
      return undefined
    }
    if (hasSpoiledEnd && !opensWriter) {
      if (this.#undecided.length > 0) this.#reportUndecided()
      this.#spoiled.push(placed)
      return undefined
    }
    if (opensWriter) this.#checkOpening(placed)
    else {
      this.#countSpoiled()
      this.#checkOrder(placed)
    }
    if (hasSpoiledEnd) this.#visitor.spoiled(placed.offset, SPOILED)
    return this.#count(token, event, placed.next)
  }

  #count(token: number, event: MovieEvent | undefined, next: number): 'stop' | undefined {
    this.#seq += 1
    this.#token = token
    this.#offset = next
    if (event === undefined || this.#wanted?.includes(event.type) === false) return undefined
    return this.#visitor.event({ seq: this.#seq, event })
  }

  #countSpoiled(most = Number.POSITIVE_INFINITY): void {
    if (this.#spoiled.length === 0) return
    // What is undecided came after them.
    const undecided = this.#undecided
    this.#undecided = []
    for (const placed of this.#spoiled.splice(0, Math.max(0, most))) {
      this.#checkOrder(placed)
      this.#visitor.spoiled(placed.offset, SPOILED)
      this.#count(placed.line.token, placed.line.event, placed.next)
    }
    this.#undecided = undecided
  }

  #takeBad(line: BadLine, offset: number): void {
    if (line.isCutShort && line.token !== undefined && line.token < this.#token) {
      this.#visitor.leftOut(offset, `void: cut short, and token ${line.token} is superseded`, false)
      return
    }
    this.#undecided.push({ offset, reason: line.reason, isCutShort: line.isCutShort })
    if (this.#undecided.length > TORN_LINE_LIMIT) this.#reportUndecided()
  }

  #checkOrder({ line: { seq, token }, offset }: PlacedLine): void {
    if (this.#undecided.length > 0) this.#reportUndecided()
    const expected = this.#seq + 1
    if (token > this.#token) {
      this.#visitor.damage(offset, `no "writer.opened" for its token ${token} comes before it`)
    } else if (seq !== undefined && seq !== expected && !this.#hasLostCount) {
      this.#visitor.damage(offset, `it carries number ${seq} where ${expected} was expected`)
    }
    if (seq !== undefined) {
      this.#seq = seq - 1
      this.#hasLostCount = false
    }
  }

  /** The number that a writer begins with is the count of what it has read: so much must still be there. */
  #checkOpening({ line: { seq }, offset }: PlacedLine): void {
    this.#countSpoiled(seq === undefined ? 0 : seq - 1 - this.#seq)
    for (const { offset } of this.#spoiled.splice(0)) {
      this.#visitor.leftOut(offset, 'its newline is damaged, and the next writer went on without it', true)
    }
    const missing = (seq ?? 0) - 1 - this.#seq
    if (missing <= 0) {
      this.#sealUndecided()
      return
    }
    if (this.#undecided.length > 0) this.#reportUndecided()
    else if (!this.#hasLostCount) {
      this.#visitor.damage(offset, `it carries number ${seq}, and ${missing} events before it are missing`)
    }
    this.#seq += missing
    this.#hasLostCount = false
  }

  #sealUndecided(): void {
    for (const { offset, reason, isCutShort } of this.#undecided) {
      this.#visitor.leftOut(offset, `torn tail, sealed by the next writer: ${reason}`, !isCutShort)
    }
    this.#undecided = []
  }

  #reportUndecided(): void {
    for (const { offset, reason } of this.#undecided) this.#visitor.damage(offset, reason)
    this.#undecided = []
    this.#hasLostCount = true
  }
}
