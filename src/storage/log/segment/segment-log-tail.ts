import { randomBytes } from 'node:crypto'
import {
  isShowrunnerError,
  ShowrunnerError,
  UnresolvedAppendError,
  WriterFencedError,
} from '../../../model/error/error.js'
import type { MovieId } from '../../../model/id.js'
import type { MovieEvent } from '../../../model/movie/event.js'
import type { LogPosition } from '../../../model/movie/log-position.js'
import { sha256 } from '../../../model/sha256.js'
import type { EngineFiles } from '../../engine-files.js'
import { layout } from '../../layout.js'
import { LineEncoder } from '../line/line-encoder.js'
import type { LogTail } from '../log-writer.js'
import { segmentBytes } from './segment.js'
import { SegmentReading } from './segment-reading.js'

/** Bytes of one segment of a log in an object store. */
const SEGMENT_LIMIT_BYTES = 1024 * 1024
/** Segments follow each other at this distance at least; what comes meanwhile goes into one. */
const SEGMENT_PACE_MS = 100

/** Handed in, so that a simulation can decide when time passes. */
export interface SegmentTiming {
  sleep(durationMs: number): Promise<unknown>
  /** Monotonic. */
  nowMs(): number
}

export interface SegmentTailParts {
  readonly movie: MovieId
  readonly files: EngineFiles
  /** Just after this writer's `writer.opened`. */
  readonly position: LogPosition
  /** Of the segment at `position`. */
  readonly lastHash: string
  readonly timing: SegmentTiming
}

/**
 * The holder of the highest token. Each append creates the next segment; that it is absent is the proof that no
 * newer writer has opened.
 */
export class SegmentLogTail implements LogTail {
  readonly #token: number
  readonly #parts: SegmentTailParts
  readonly #encoder = new LineEncoder()
  #position: LogPosition
  #lastHash: string
  #startedAtMs = Number.NEGATIVE_INFINITY

  constructor(parts: SegmentTailParts) {
    this.#parts = parts
    this.#position = parts.position
    this.#lastHash = parts.lastHash
    this.#token = parts.position.token
  }

  get position(): LogPosition {
    return this.#position
  }

  /** A busy writer waits a moment, so that what comes meanwhile costs no request of its own; an idle one does not. */
  async append(events: readonly MovieEvent[], isLast: boolean): Promise<void> {
    const { timing } = this.#parts
    const paceMs = isLast ? 0 : SEGMENT_PACE_MS
    const waitMs = this.#startedAtMs + paceMs - timing.nowMs()
    if (waitMs > 0) await timing.sleep(waitMs)
    this.#startedAtMs = timing.nowMs()
    for (let first = 0; first < events.length; ) {
      first += await this.#createSegment(events, first)
    }
  }

  async close(): Promise<void> {}

  /** Takes as many events from `first` on as fit, at least one; returns how many. */
  async #createSegment(events: readonly MovieEvent[], first: number): Promise<number> {
    const { movie, files } = this.#parts
    const { seq, offset } = this.#position
    const { lines, count } = this.#fitting(events, first)
    const segment = offset + 1
    const header = {
      segment,
      token: this.#token,
      nonce: randomBytes(8).toString('hex'),
      previous: this.#lastHash,
    }
    const bytes = segmentBytes(header, lines)
    const outcome = await files.create(layout.segment(movie, segment), bytes).catch(error => {
      const isUnresolved = isShowrunnerError(error) && error.details.isUnresolved === true
      throw isUnresolved ? new UnresolvedAppendError(movie, segment, error) : error
    })
    if (outcome === 'exists') throw await this.#superseded()
    this.#lastHash = sha256(bytes)
    this.#position = { seq: seq + count, offset: segment, token: this.#token }
    return count
  }

  #fitting(events: readonly MovieEvent[], first: number): { lines: Buffer; count: number } {
    const parts: Buffer[] = []
    let sizeBytes = 0
    for (let at = first; at < events.length; at++) {
      const line = this.#encoder.encode([events[at]!], this.#position.seq + 1 + at - first, this.#token)
      if (at > first && sizeBytes + line.length > SEGMENT_LIMIT_BYTES) break
      sizeBytes += line.length
      parts.push(Buffer.from(line))
    }
    return { lines: Buffer.concat(parts), count: parts.length }
  }

  /** Somebody else made the segment: a newer writer, or one that breaks the rules. */
  async #superseded(): Promise<ShowrunnerError> {
    const { movie, files } = this.#parts
    const reading = new SegmentReading(movie, files, this.#position)
    await reading.toEnd(() => undefined)
    const { token, offset } = reading.position
    if (token > this.#token) return new WriterFencedError(movie, this.#token, token)
    return new ShowrunnerError(
      'STORE_FAILED',
      `${layout.segment(movie, offset)} was made by another program under this writer's token ${this.#token}. Everything acknowledged before is kept. Run again to continue.`,
    )
  }
}
