import type { MovieId } from '../../model/id.js'
import type { EventType, LoggedEvent } from '../../model/movie/event.js'
import { LOG_START, type LogPosition } from '../../model/movie/log-position.js'
import type { EventBatch, EventLog, Finding, LogReadOptions, LogWriter } from '../store.js'
import type { AppendFile } from './append-file.js'
import { checkFileLog } from './file-log-check.js'
import { openFileLogWriter } from './file-log-open.js'
import { Growth } from './growth.js'
import { logLines } from './line/log-lines.js'
import { LogReading } from './log-reading.js'

/** The event log in one file that only grows. */
export class FileLog implements EventLog {
  readonly #movie: MovieId
  readonly #file: AppendFile
  readonly #now: () => Date

  constructor(movie: MovieId, file: AppendFile, now: () => Date) {
    this.#movie = movie
    this.#file = file
    this.#now = now
  }

  async exists(): Promise<boolean> {
    return (await this.#file.size()) !== undefined
  }

  async *read(
    after: LogPosition = LOG_START,
    { to, types }: LogReadOptions = {},
  ): AsyncGenerator<EventBatch> {
    const sizeBytes = Math.min((await this.#file.size()) ?? 0, to?.offset ?? Number.POSITIVE_INFINITY)
    yield* new LogReading(this.#file, { after, sizeBytes, types })
  }

  async *follow(
    after: LogPosition,
    signal: AbortSignal,
    types?: readonly EventType[],
  ): AsyncGenerator<EventBatch> {
    const growth = new Growth(this.#file, signal)
    try {
      while (!signal.aborted) {
        growth.reset()
        for await (const batch of this.read(after, { types })) {
          yield batch
          if (signal.aborted) return
          after = batch.position
        }
        await growth.wait()
      }
    } finally {
      growth.close()
    }
  }

  openWriter(options: {
    holder: string
    after: LogPosition
    onBatch: (batch: EventBatch) => void
  }): Promise<LogWriter> {
    return openFileLogWriter({ ...options, movie: this.#movie, file: this.#file, now: this.#now })
  }

  create(batches: AsyncIterable<readonly LoggedEvent[]>): Promise<'created' | 'exists'> {
    return this.#file.create(logLines(batches))
  }

  /** One file has nothing to put together. */
  async pack(): Promise<number> {
    return 0
  }

  check(): AsyncIterable<Finding> {
    return checkFileLog(this.#file)
  }
}
