import { ShowrunnerError, WriterFencedError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import type { MovieEvent } from '../../model/movie/event.js'
import type { LogPosition } from '../../model/movie/log-position.js'
import type { LogWriter } from '../store.js'

/** Openers that lose the race for the next writer token try again this often. */
export const OPEN_ATTEMPT_LIMIT = 32

/** How one kind of log takes events: what differs from log to log. */
export interface LogTail {
  /** Just after the last acknowledged event. */
  readonly position: LogPosition
  /**
   * Appends at least one event; resolves when all are durable and acknowledged. Not called again after an error.
   * @param isLast the writer closes after it
   */
  append(events: readonly MovieEvent[], isLast: boolean): Promise<void>
  close(): Promise<void>
}

/** The holder of a token: one append at a time, none after an error or a close. */
export class TailWriter implements LogWriter {
  readonly token: number
  readonly #movie: MovieId
  readonly #tail: LogTail
  readonly #now: () => Date
  #state: 'open' | 'failed' | 'closed' = 'open'
  #appending: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(movie: MovieId, tail: LogTail, now: () => Date) {
    this.#movie = movie
    this.#tail = tail
    this.#now = now
    this.token = tail.position.token
  }

  get position(): LogPosition {
    return this.#tail.position
  }

  async append(events: readonly MovieEvent[]): Promise<LogPosition> {
    if (this.#state !== 'open') throw this.#writerClosed()
    if (this.#appending !== undefined) {
      throw new ShowrunnerError(
        'INTERNAL',
        'An append is in flight: await it before the next. Please report this.',
      )
    }
    if (events.length > 0) await this.#appendNow(events, false)
    return this.position
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeOnce()
    return this.#closing
  }

  async #closeOnce(): Promise<void> {
    await this.#appending?.catch(() => undefined)
    const isSound = this.#state === 'open'
    this.#state = 'closed'
    try {
      if (!isSound) return
      const timestamp = this.#now().toISOString()
      await this.#appendNow([{ type: 'writer.closed', token: this.token, timestamp }], true)
    } catch (error) {
      // Superseded: the log has gone on without this writer, and says so.
      if (!(error instanceof WriterFencedError)) throw error
    } finally {
      await this.#tail.close()
    }
  }

  async #appendNow(events: readonly MovieEvent[], isLast: boolean): Promise<void> {
    this.#appending = this.#tail.append(events, isLast)
    try {
      await this.#appending
    } catch (error) {
      if (this.#state === 'open') this.#state = 'failed'
      throw error
    } finally {
      this.#appending = undefined
    }
  }

  #writerClosed(): ShowrunnerError {
    const how = this.#state === 'failed' ? 'failed before' : 'was closed'
    return new ShowrunnerError(
      'WRITER_CLOSED',
      `The log writer with token ${this.token} of movie "${this.#movie}" ${how} and takes no more appends. Open a new writer to continue.`,
    )
  }
}
