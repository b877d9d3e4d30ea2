import { ShowrunnerError, WriterFencedError } from '../model/error.js'
import type { MovieEvent } from '../model/event.js'
import type { MovieId } from '../model/id.js'
import type { LogPosition } from '../model/manifest.js'
import type { Appender, AppendFile } from './append-file.js'
import { LineEncoder } from './line-encoder.js'
import { LogReading } from './log-reading.js'
import type { LogWriter } from './store.js'

interface WriterParts {
  readonly movie: MovieId
  readonly file: AppendFile
  readonly appender: Appender
  /** Just behind this writer's `writer.opened`. */
  readonly position: LogPosition
  readonly now: () => Date
}

/**
 * The holder of the highest token. While it is alone, the file grows by exactly what it appends: so the
 * file's size after an append says whether anyone else has been there, and only then the log is read again.
 */
export class FileLogWriter implements LogWriter {
  readonly token: number
  readonly #parts: WriterParts
  readonly #encoder = new LineEncoder()
  #position: LogPosition
  /** Size of the file when it was last known whole; undefined while it ends in somebody's torn line. */
  #knownBytes: number | undefined
  #state: 'open' | 'failed' | 'closed' = 'open'
  #appending: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(parts: WriterParts) {
    this.#parts = parts
    this.#position = parts.position
    this.#knownBytes = parts.position.offset
    this.token = parts.position.token
  }

  get position(): LogPosition {
    return this.#position
  }

  async append(events: readonly MovieEvent[]): Promise<LogPosition> {
    if (this.#state !== 'open') throw this.#writerClosed()
    if (this.#appending !== undefined) {
      throw new ShowrunnerError(
        'INTERNAL',
        'An append is in flight: await it before the next. Please report this.',
      )
    }
    if (events.length > 0) await this.#appendNow(events)
    return this.#position
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeOnce()
    return this.#closing
  }

  async #closeOnce(): Promise<void> {
    await this.#appending?.catch(() => undefined)
    const { appender, now } = this.#parts
    const isSound = this.#state === 'open'
    this.#state = 'closed'
    try {
      if (!isSound) return
      const timestamp = now().toISOString()
      await this.#appendNow([{ type: 'writer.closed', token: this.token, timestamp }])
    } catch (error) {
      // Superseded: the log has gone on without this writer, and says so.
      if (!(error instanceof WriterFencedError)) throw error
    } finally {
      await appender.close()
    }
  }

  async #appendNow(events: readonly MovieEvent[]): Promise<void> {
    this.#appending = this.#writeAndVerify(events)
    try {
      await this.#appending
    } catch (error) {
      if (this.#state === 'open') this.#state = 'failed'
      throw error
    } finally {
      this.#appending = undefined
    }
  }

  async #writeAndVerify(events: readonly MovieEvent[]): Promise<void> {
    const { appender } = this.#parts
    const bytes = this.#encoder.encode(events, this.#position.seq + 1, this.token)
    await appender.append(bytes)
    const sizeBytes = appender.size()
    if (this.#knownBytes === undefined || sizeBytes !== this.#knownBytes + bytes.length) {
      return this.#verifyAmongOthers(events.length, sizeBytes)
    }
    this.#knownBytes = sizeBytes
    this.#position = { seq: this.#position.seq + events.length, offset: sizeBytes, token: this.token }
  }

  /** Somebody else has appended: what stands in the log decides, not what was sent. */
  async #verifyAmongOthers(sentCount: number, sizeBytes: number): Promise<void> {
    const { file, movie } = this.#parts
    // Only this writer's lines and a newer `writer.opened` count here; every other line is void.
    const reading = new LogReading(file, { after: this.#position, sizeBytes })
    const { position, hasTail } = await reading.toEnd(() => undefined)
    if (position.token > this.token) throw new WriterFencedError(movie, this.token, position.token)
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

  #writerClosed(): ShowrunnerError {
    const how = this.#state === 'failed' ? 'failed before' : 'was closed'
    return new ShowrunnerError(
      'WRITER_CLOSED',
      `The log writer with token ${this.token} of movie "${this.#parts.movie}" ${how} and takes no more appends. Open a new writer to continue.`,
    )
  }
}
