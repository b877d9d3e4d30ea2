import { ShowrunnerError, WriterFencedError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import type { MovieEvent } from '../../model/movie/event.js'
import type { LogPosition } from '../../model/movie/log-position.js'
import type { Appender, AppendFile } from './append-file.js'
import { LineEncoder } from './line/line-encoder.js'
import { LogReading } from './log-reading.js'
import type { LogTail } from './log-writer.js'

/** One write to a log is about so long at most; a larger batch takes several. */
const APPEND_LIMIT_BYTES = 64 * 1024 * 1024

interface TailParts {
  readonly movie: MovieId
  readonly file: AppendFile
  readonly appender: Appender
  /** Just after this writer's `writer.opened`. */
  readonly position: LogPosition
}

/**
 * The holder of the highest token. While it is alone, the file grows by exactly what it appends: so the
 * file's size after an append says whether anyone else has been there, and only then the log is read again.
 */
export class FileLogTail implements LogTail {
  readonly #token: number
  readonly #parts: TailParts
  readonly #encoder = new LineEncoder()
  #position: LogPosition
  /** Size of the file when it was last known whole; undefined while it ends in somebody's torn line. */
  #knownBytes: number | undefined

  constructor(parts: TailParts) {
    this.#parts = parts
    this.#position = parts.position
    this.#knownBytes = parts.position.offset
    this.#token = parts.position.token
  }

  get position(): LogPosition {
    return this.#position
  }

  /** A batch is one write; only a very long one takes several, and is acknowledged when the last one stands. */
  async append(events: readonly MovieEvent[]): Promise<void> {
    for (let from = 0; from < events.length; ) {
      const firstSeq = this.#position.seq + 1
      const part = this.#encoder.encodePart(events, from, firstSeq, this.#token, APPEND_LIMIT_BYTES)
      await this.#appendLines(part.lines, part.count)
      from += part.count
    }
  }

  close(): Promise<void> {
    return this.#parts.appender.close()
  }

  async #appendLines(lines: Buffer, count: number): Promise<void> {
    const { appender } = this.#parts
    await appender.append(lines)
    const sizeBytes = appender.size()
    if (this.#knownBytes === undefined || sizeBytes !== this.#knownBytes + lines.length) {
      return this.#verifyAmongOthers(count, sizeBytes)
    }
    this.#knownBytes = sizeBytes
    this.#position = { seq: this.#position.seq + count, offset: sizeBytes, token: this.#token }
  }

  /** Somebody else has appended: what stands in the log decides, not what was sent. */
  async #verifyAmongOthers(sentCount: number, sizeBytes: number): Promise<void> {
    const { file, movie } = this.#parts
    // Only this writer's lines and a newer `writer.opened` count here; every other line is void.
    const reading = new LogReading(file, { after: this.#position, sizeBytes })
    const { position, hasTail } = await reading.toEnd(() => undefined)
    if (position.token > this.#token) throw new WriterFencedError(movie, this.#token, position.token)
    const foundCount = position.seq - this.#position.seq
    if (foundCount !== sentCount) {
      throw new ShowrunnerError(
        'STORE_FAILED',
        `${file.path}: ${foundCount} of ${sentCount} appended events stand whole in the log; another program has written into it. Everything acknowledged before is kept. Run again to continue.`,
        { details: { path: file.path, sentCount, foundCount } },
      )
    }
    this.#knownBytes = hasTail ? undefined : sizeBytes
    this.#position = position
  }
}
