import { ShowrunnerError } from '../../model/error/error.js'
import type { EventType, LoggedEvent } from '../../model/movie/event.js'
import type { LogPosition } from '../../model/movie/log-position.js'
import type { EventBatch } from '../store.js'
import type { AppendFile } from './append-file.js'
import { LOG_LINE_LIMIT_BYTES, NEWLINE, OPEN_BRACE } from './line/log-line.js'
import { WantedEvents } from './line/wanted-events.js'
import { LogScan, type LogVisitor } from './log-scan.js'
import { lineNumberAt, WholeLines } from './whole-lines.js'

export interface ReadOptions {
  readonly after: LogPosition
  /** Nothing at or after this byte is read. */
  readonly sizeBytes: number
  /** Only these are read; the others are checked, and counted in the position. */
  readonly types?: readonly EventType[] | undefined
  /** Ends the reading after the first event for which it holds. */
  readonly stopAt?: (event: LoggedEvent) => boolean
}

/** How a reading ended. */
export interface ReadEnd {
  readonly position: LogPosition
  readonly isStopped: boolean
  /** The file ends in the middle of a line. */
  readonly hasTail: boolean
}

class Damage extends Error {
  readonly offset: number

  constructor(offset: number, reason: string) {
    super(reason)
    this.offset = offset
  }
}

/**
 * A pass over the events that count, in memory bounded by a chunk of the file. To be iterated once.
 * @throws ShowrunnerError `LOG_CORRUPT`
 */
export class LogReading implements AsyncIterable<EventBatch> {
  readonly #file: AppendFile
  readonly #options: ReadOptions
  #end: ReadEnd

  constructor(file: AppendFile, options: ReadOptions) {
    this.#file = file
    this.#options = options
    this.#end = { position: options.after, isStopped: false, hasTail: false }
  }

  /** Once the iteration is over. */
  get end(): ReadEnd {
    return this.#end
  }

  /** Iterates for the sake of {@link end}. */
  async toEnd(onBatch: (batch: EventBatch) => void): Promise<ReadEnd> {
    for await (const batch of this) onBatch(batch)
    return this.#end
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EventBatch> {
    try {
      yield* this.#batches()
    } catch (error) {
      throw error instanceof Damage ? await logCorrupt(this.#file, error) : error
    }
  }

  async *#batches(): AsyncGenerator<EventBatch> {
    const { after, sizeBytes, stopAt, types } = this.#options
    // The last line counts without its newline, and ends where that would be.
    if (sizeBytes < after.offset - 1) {
      const known = `it was read up to byte ${after.offset} before`
      throw new Damage(sizeBytes, `the file ends at byte ${sizeBytes}, but ${known}`)
    }
    let events: LoggedEvent[] = []
    const visitor: LogVisitor = {
      event(event) {
        events.push(event)
        return stopAt?.(event) ? 'stop' : undefined
      },
      leftOut: () => undefined,
      spoiled: () => undefined,
      damage(offset, reason) {
        throw new Damage(offset, reason)
      },
    }
    const scan = new LogScan(after, visitor, types && new WantedEvents(types))
    let seq = after.seq
    const start = Math.max(0, after.offset - 1)
    const chunks = fromLine(this.#file.chunks(start, sizeBytes), after.offset > 0)
    const lines = new WholeLines(chunks, start, LOG_LINE_LIMIT_BYTES)
    for await (const run of lines) {
      const isStopped = scan.take(run.bytes, run.offset) === 'stop'
      this.#end = { position: scan.position, isStopped, hasTail: false }
      // Also when it has none of the wanted types, so that a reader knows how far it is.
      if (scan.position.seq > seq) yield { events, position: scan.position }
      if (isStopped) return
      events = []
      seq = scan.position.seq
    }
    if (lines.tail.isTooLong) throw new Damage(lines.tail.offset, 'it is longer than a line may be')
    const { tail } = lines
    if (tail.sizeBytes > 0) scan.takeTail(lines.tailBytes, tail.offset)
    scan.end()
    if (scan.position.seq > seq) yield { events, position: scan.position }
    this.#end = { position: scan.position, isStopped: false, hasTail: tail.sizeBytes > 0 }
  }
}

/**
 * A known position has the newline of the line before it one byte earlier. What that has become does not matter,
 * unless the next line begins there: then the one before never had a newline.
 */
async function* fromLine(chunks: AsyncIterable<Buffer>, isKnown: boolean): AsyncGenerator<Buffer> {
  let isFirst = isKnown
  for await (const chunk of chunks) {
    if (isFirst && chunk[0] !== OPEN_BRACE) {
      yield NEWLINE_BYTE
      yield chunk.subarray(1)
    } else yield chunk
    isFirst = false
  }
}

const NEWLINE_BYTE = Buffer.of(NEWLINE)

async function logCorrupt(file: AppendFile, damage: Damage): Promise<ShowrunnerError> {
  const line = await lineNumberAt(file.chunks(0, damage.offset))
  return new ShowrunnerError(
    'LOG_CORRUPT',
    `${file.path}:${line} (byte ${damage.offset}) is damaged: ${damage.message}. Nothing was skipped. Restore the file from a copy, or use another movie id; "verify" lists every damaged line.`,
    { details: { path: file.path, line, offset: damage.offset, reason: damage.message } },
  )
}
