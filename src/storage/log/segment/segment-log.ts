import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { WriterFencedError } from '../../../model/error/error.js'
import type { MovieId } from '../../../model/id.js'
import type { EventType, LoggedEvent, WriterOpened } from '../../../model/movie/event.js'
import { LOG_START, type LogPosition } from '../../../model/movie/log-position.js'
import { sha256 } from '../../../model/sha256.js'
import type { EngineFiles } from '../../engine-files.js'
import { layout, segmentOf } from '../../layout.js'
import type { EventBatch, EventLog, Finding, LogReadOptions, LogWriter } from '../../store.js'
import { FOLLOW_POLL_MS } from '../growth.js'
import { LineEncoder } from '../line/line-encoder.js'
import { OPEN_ATTEMPT_LIMIT, TailWriter } from '../log-writer.js'
import { createSegments } from './create-segments.js'
import { removeStrayBeginnings } from './remove-stray-beginnings.js'
import { segmentBytes } from './segment.js'
import { SegmentLogTail, type SegmentTiming } from './segment-log-tail.js'
import { packSegments } from './segment-pack.js'
import { type SegmentDamage, SegmentReading } from './segment-reading.js'

/** A writer that others outrun tries for so long to open a log: longer than a run takes to see that it lost its lease. */
const SEGMENT_OPEN_MS = 15_000

const REAL_TIME: SegmentTiming = { sleep: delay, nowMs: () => performance.now() }

/**
 * The event log where files cannot grow: a folder of segments, each created if absent, never changed, never
 * deleted. Who creates segment n + 1 has read all up to n, so the order is one for everybody.
 */
export class SegmentLog implements EventLog {
  readonly #movie: MovieId
  readonly #files: EngineFiles
  readonly #now: () => Date
  readonly #timing: SegmentTiming

  constructor(movie: MovieId, files: EngineFiles, now: () => Date, timing: SegmentTiming = REAL_TIME) {
    this.#movie = movie
    this.#files = files
    this.#now = now
    this.#timing = timing
  }

  async exists(): Promise<boolean> {
    return (await this.#files.size(layout.segment(this.#movie, 1))) !== undefined
  }

  read(after: LogPosition = LOG_START, { to, types }: LogReadOptions = {}): AsyncIterable<EventBatch> {
    return new SegmentReading(this.#movie, this.#files, after, undefined, { types }).batches(to)
  }

  async *follow(
    after: LogPosition,
    signal: AbortSignal,
    types?: readonly EventType[],
  ): AsyncGenerator<EventBatch> {
    while (!signal.aborted) {
      for await (const batch of this.read(after, { types })) {
        yield batch
        if (signal.aborted) return
        after = batch.position
      }
      await delay(FOLLOW_POLL_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  async openWriter(options: {
    holder: string
    after: LogPosition
    onBatch: (batch: EventBatch) => void
  }): Promise<LogWriter> {
    const movie = this.#movie
    const files = this.#files
    let position = options.after
    const startMs = this.#timing.nowMs()
    const isInTime = () => this.#timing.nowMs() - startMs < SEGMENT_OPEN_MS
    for (let attempt = 1; attempt <= OPEN_ATTEMPT_LIMIT || isInTime(); attempt++) {
      const reading = new SegmentReading(movie, files, position)
      await reading.toEnd(options.onBatch)
      position = reading.position
      const token = position.token + 1
      const event = this.#opened(token, options.holder)
      const segment = position.offset + 1
      const lines = new LineEncoder().encode([event], position.seq + 1, token)
      const header = { segment, token, nonce: event.nonce!, previous: reading.lastHash }
      const bytes = segmentBytes(header, lines)
      // Somebody else was first: what they wrote counts, and is read before the next attempt.
      if ((await files.create(layout.segment(movie, segment), bytes)) === 'exists') continue
      position = { seq: position.seq + 1, offset: segment, token }
      options.onBatch({ events: [{ seq: position.seq, event }], position })
      const tail = new SegmentLogTail({
        movie,
        files,
        position,
        lastHash: sha256(bytes),
        timing: this.#timing,
      })
      return new TailWriter(movie, tail, this.#now)
    }
    throw new WriterFencedError(movie, position.token, position.token)
  }

  create(batches: AsyncIterable<readonly LoggedEvent[]>): Promise<'created' | 'exists'> {
    return createSegments(this.#movie, this.#files, batches)
  }

  async pack(): Promise<number> {
    await removeStrayBeginnings(this.#movie, this.#files)
    const names = await this.#files.names(layout.segments(this.#movie))
    const numbers = new Set(names.map(segmentOf))
    let segments = 0
    while (numbers.has(segments + 1)) segments++
    return await packSegments(this.#movie, this.#files, segments)
  }

  async *check(): AsyncGenerator<Finding> {
    const findings: Finding[] = []
    const onDamage = ({ segment, reason }: SegmentDamage) => {
      findings.push({ severity: 'damage', where: layout.segment(this.#movie, segment), message: reason })
    }
    const itself = { usePacks: false }
    const reading = new SegmentReading(this.#movie, this.#files, LOG_START, onDamage, itself)
    for await (const _ of reading.batches()) yield* findings.splice(0)
    yield* findings
    yield* this.#gapAfter(reading.position.offset)
  }

  /**
   * A gap is where a segment is missing although one after it is there. Segments that a writer has made meanwhile
   * are none; and since a listing of a folder may miss a name that is made while it lasts, the missing one is asked
   * for by its name, after a later one was seen.
   */
  async *#gapAfter(read: number): AsyncGenerator<Finding> {
    const names = await this.#files.names(layout.segments(this.#movie), layout.segmentName(read))
    const later = new Set(names.map(name => segmentOf(name) ?? 0).filter(number => number > read))
    let last = read
    while (later.delete(last + 1)) last++
    if (later.size === 0) return
    const missing = layout.segment(this.#movie, last + 1)
    if ((await this.#files.size(missing)) !== undefined) return
    yield {
      severity: 'damage',
      where: missing,
      message: `it is missing, and ${later.size} segments come after the gap`,
    }
  }

  #opened(token: number, holder: string): WriterOpened {
    const nonce = randomBytes(8).toString('hex')
    return { type: 'writer.opened', token, holder, nonce, timestamp: this.#now().toISOString() }
  }
}
