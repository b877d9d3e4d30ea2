import type { MovieId } from '../../model/id.js'
import type { EventType, LoggedEvent } from '../../model/movie/event.js'
import { LOG_START, type LogPosition } from '../../model/movie/log-position.js'
import type { EngineFiles } from '../engine-files.js'
import { layout } from '../layout.js'
import type { EventBatch, EventLog, Finding, LogReadOptions, LogWriter } from '../store.js'
import type { AppendFile } from './append-file.js'
import { FileLog } from './file-log.js'
import { SegmentLog } from './segment/segment-log.js'

/** What some places can do for logs, besides creating whole files. */
export interface LogPlace {
  /** A file that grows, with atomic appends; undefined where the place does not promise them. */
  appendFile?(path: string): Promise<AppendFile | undefined>
  /** Throws when create-if-absent is not safe here. Called before the movie's first segment is written. */
  requireCreate?(movie: MovieId): Promise<void>
}

/**
 * The log of a movie: the kind that is there already; a new one is one file that grows, or segments where the place
 * does not promise atomic appends.
 */
export class MovieLog implements EventLog {
  readonly #movie: MovieId
  readonly #files: EngineFiles
  readonly #place: LogPlace
  readonly #now: () => Date
  #choosing: Promise<EventLog> | undefined

  constructor(movie: MovieId, files: EngineFiles, place: LogPlace, now: () => Date) {
    this.#movie = movie
    this.#files = files
    this.#place = place
    this.#now = now
  }

  async exists(): Promise<boolean> {
    return await (await this.#chosen()).exists()
  }

  async *read(after: LogPosition = LOG_START, options?: LogReadOptions): AsyncGenerator<EventBatch> {
    yield* (await this.#chosen()).read(after, options)
  }

  async *follow(
    after: LogPosition,
    signal: AbortSignal,
    types?: readonly EventType[],
  ): AsyncGenerator<EventBatch> {
    yield* (await this.#chosen()).follow(after, signal, types)
  }

  async openWriter(options: Parameters<EventLog['openWriter']>[0]): Promise<LogWriter> {
    const log = await this.#chosen()
    if (log instanceof SegmentLog) await this.#place.requireCreate?.(this.#movie)
    return await log.openWriter(options)
  }

  async create(batches: AsyncIterable<readonly LoggedEvent[]>): Promise<'created' | 'exists'> {
    const log = await this.#chosen()
    if (log instanceof SegmentLog) await this.#place.requireCreate?.(this.#movie)
    return await log.create(batches)
  }

  async pack(): Promise<number> {
    return await (await this.#chosen()).pack()
  }

  async *check(): AsyncGenerator<Finding> {
    yield* (await this.#chosen()).check()
  }

  #chosen(): Promise<EventLog> {
    this.#choosing ??= this.#choose().catch(error => {
      this.#choosing = undefined
      throw error
    })
    return this.#choosing
  }

  async #choose(): Promise<EventLog> {
    const segments = new SegmentLog(this.#movie, this.#files, this.#now)
    if (this.#place.appendFile === undefined || (await segments.exists())) return segments
    const file = await this.#place.appendFile(layout.events(this.#movie))
    return file === undefined ? segments : new FileLog(this.#movie, file, this.#now)
  }
}
