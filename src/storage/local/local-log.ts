import type { MovieId } from '../../model/id.js'
import { LOG_START, type LogPosition } from '../../model/movie/manifest.js'
import { layout } from '../layout.js'
import { FileLog } from '../log/file-log.js'
import { SegmentLog } from '../log/segment/segment-log.js'
import type { EventBatch, EventLog, Finding, LogWriter } from '../store.js'
import { sharedFileSystem } from './file-system-type.js'
import { LocalAppendFile } from './local-append-file.js'
import type { LocalFiles } from './local-files.js'
import { requireLinks } from './require-links.js'

/**
 * The log of a movie in a folder: the kind that is there already; a new one is one file that grows, or segments
 * where the file system does not promise that appends are atomic.
 */
export class LocalLog implements EventLog {
  readonly #movie: MovieId
  readonly #files: LocalFiles
  readonly #now: () => Date
  #choosing: Promise<EventLog> | undefined

  constructor(movie: MovieId, files: LocalFiles, now: () => Date) {
    this.#movie = movie
    this.#files = files
    this.#now = now
  }

  async exists(): Promise<boolean> {
    return await (await this.#chosen()).exists()
  }

  async *read(after: LogPosition = LOG_START): AsyncGenerator<EventBatch> {
    yield* (await this.#chosen()).read(after)
  }

  async *follow(after: LogPosition, signal: AbortSignal): AsyncGenerator<EventBatch> {
    yield* (await this.#chosen()).follow(after, signal)
  }

  async openWriter(options: Parameters<EventLog['openWriter']>[0]): Promise<LogWriter> {
    const log = await this.#chosen()
    if (log instanceof SegmentLog) await requireLinks(this.#files, this.#movie)
    return await log.openWriter(options)
  }

  async pack(): Promise<number> {
    return await (await this.#chosen()).pack()
  }

  async *check(): AsyncGenerator<Finding> {
    yield* (await this.#chosen()).check()
  }

  #chosen(): Promise<EventLog> {
    this.#choosing ??= this.#choose()
    return this.#choosing
  }

  async #choose(): Promise<EventLog> {
    const path = layout.events(this.#movie)
    const segments = new SegmentLog(this.#movie, this.#files, this.#now)
    if (await segments.exists()) return segments
    const isFile = (await this.#files.size(path)) !== undefined
    if (!isFile && (await sharedFileSystem(this.#files.resolve(path))) !== undefined) return segments
    return new FileLog(this.#movie, new LocalAppendFile(this.#files, path), this.#now)
  }
}
