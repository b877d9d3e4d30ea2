import type { ArtifactId, MovieId } from '../model/id.js'
import type { BlobRef, EventType, LoggedEvent, MovieEvent } from '../model/movie/event.js'
import type { Expansion } from '../model/movie/expansion.js'
import type { LogPosition } from '../model/movie/log-position.js'
import type { ArtifactRecord, JobRecord, ManifestHeader } from '../model/movie/manifest.js'
import type { PastResult } from '../model/movie/results/past-results.js'
import type { Bytes } from './bytes.js'
import type { EngineFiles } from './engine-files.js'

/** A place for movies: log, manifests, blobs, lease and cache on whole files. Opened by `openStore`. */
export interface Store extends AsyncDisposable {
  /** `file:./movies`, `memory:name`, `s3://bucket/prefix`; without credentials. */
  readonly url: string
  /** False: worker threads cannot open it by its URL, and the host stores bytes for them. */
  readonly isReachableFromThreads: boolean
  /** Whole files, by paths relative to the store's root. */
  readonly files: EngineFiles
  log(movie: MovieId): EventLog
  /** Of a movie, or those of a cache, which belong to none. */
  blobs(movie?: MovieId): BlobStore
  manifests(movie: MovieId): ManifestStore
  /** Movies that have a log, in order of id. */
  listMovies(): AsyncIterable<MovieId>
}

export interface BlobStore {
  /** Hashes while it writes; durable when it resolves; bytes that are there already are not written again. */
  put(data: Bytes, mimeType: string): Promise<BlobRef>
  /** Bytes of the stored blob; undefined when there is none. */
  sizeOf(hash: string): Promise<number | undefined>
  /** Whole, with its hash checked. @throws `BLOB_MISSING`, `BLOB_CORRUPT` */
  read(blob: BlobRef): Promise<Uint8Array>
  /** In chunks; the hash is checked at the end. @throws `BLOB_MISSING`, `BLOB_CORRUPT` */
  readStream(blob: BlobRef): AsyncIterable<Uint8Array>
  /** Reads all that are named, by their hash, and reports damage instead of throwing. */
  check(blobs: ReadonlyMap<string, BlobRef>): AsyncIterable<Finding>
  /** Gives back the space of blobs that are not named and share a file with others. */
  compact(isNamed: (hash: string) => boolean, options: CompactOptions): Promise<Compaction>
  /** Nobody uses it for the moment: closes what would be slow to read if it were never closed. */
  rest(): Promise<void>
  /** Closes what is open, once what is under way has ended; the next call opens it again. */
  release(): Promise<void>
}

export interface CompactOptions {
  /** Deletes nothing, and says what would be. */
  readonly isDryRun: boolean
  /** Called before anything is deleted; what it throws ends the work. */
  beforeDelete(): void
}

export interface Compaction {
  readonly removedBlobs: number
  readonly removedBytes: number
  /** Blobs that are named and share a file. */
  readonly keptBlobs: number
}

/** Events as they are read from a log, some at a time. */
export interface EventBatch {
  /** In the order of the log. */
  readonly events: readonly LoggedEvent[]
  /** Just after the last of `events`. */
  readonly position: LogPosition
}

/** A finding of a check: what is wrong, and where. */
export interface Finding {
  /** `damage`: something is lost or changed; a `note` is harmless. */
  readonly severity: 'damage' | 'note'
  /** Path in the store, with a line number where there is one: `atlas/events.jsonl:17`. */
  readonly where: string
  /** What is wrong there. */
  readonly message: string
}

export interface LogReadOptions {
  /** A position that an earlier reading has come to: what comes after it is not looked at. */
  readonly to?: LogPosition | undefined
  /** Only events of these types: the others are checked and counted, and not parsed. Batches may then be empty. */
  readonly types?: readonly EventType[] | undefined
}

export interface EventLog {
  exists(): Promise<boolean>
  /**
   * Events after `after`, in order, up to the durable end at the time of the call. Void lines and a torn
   * tail are left out. @throws ShowrunnerError `LOG_CORRUPT` with path and line
   */
  read(after?: LogPosition, options?: LogReadOptions): AsyncIterable<EventBatch>
  /** Like `read`, then waits for more until the signal is aborted. */
  follow(after: LogPosition, signal: AbortSignal, types?: readonly EventType[]): AsyncIterable<EventBatch>
  /**
   * Becomes the movie's writer: appends `writer.opened` with the next token, and hands every event after
   * `after` up to and including its own `writer.opened` to `onBatch`.
   */
  openWriter(options: {
    holder: string
    after: LogPosition
    onBatch: (batch: EventBatch) => void
  }): Promise<LogWriter>
  /**
   * Creates the log with events of another one, in the order and with the numbers that they have: readers see all of
   * them or none. The next writer goes on after them.
   */
  create(batches: AsyncIterable<readonly LoggedEvent[]>): Promise<'created' | 'exists'>
  /** Reads everything and reports each damaged line instead of throwing. */
  check(): AsyncIterable<Finding>
  /** Puts many small pieces together, so that the log is read with fewer requests; returns how many. */
  pack(): Promise<number>
}

/** The only way into a log. One append is in flight at a time: the caller awaits each. */
export interface LogWriter {
  readonly token: number
  readonly position: LogPosition
  /**
   * Appends the events as one batch; resolves when they are durable and no newer writer has opened.
   * After any error the writer takes no more appends. @throws `WRITER_FENCED`, `STORE_FULL`, `STORE_FAILED`
   */
  append(events: readonly MovieEvent[]): Promise<LogPosition>
  /** Appends `writer.closed` unless the writer has failed. Idempotent. */
  close(): Promise<void>
}

export interface LoadedManifest {
  readonly header: ManifestHeader
  /** SHA-256 of the file. */
  readonly hash: string
}

export interface ManifestContent {
  readonly header: Omit<ManifestHeader, 'format' | 'version' | 'movieId' | 'revision' | 'previousHash'>
  /** The lists that jobs have made for loops; absent: none. */
  readonly lists?: Iterable<Expansion> | undefined
  readonly artifacts: Iterable<ArtifactRecord>
  readonly jobs: Iterable<JobRecord>
  /** Results that no job has any more; absent: none. */
  readonly results?: readonly PastResult[]
  /** Artifacts have a `review`, which older versions would lose. */
  readonly hasReviews?: boolean
}

export interface ManifestLookup {
  readonly header: ManifestHeader
  /** The lists that jobs have made for loops. */
  lists(): AsyncIterable<Expansion>
  /**
   * The artifacts in the slots `[first, last]`.
   * @param slotOf an artifact's slot in the plan whose run saved this manifest; undefined for those it does not have,
   * which stand last
   */
  find(
    slotOf: (id: ArtifactId) => number | undefined,
    first: number,
    last: number,
  ): Promise<readonly ArtifactRecord[]>
  /** Reads every line, for a manifest that is in no order. */
  search(wanted: ReadonlySet<string>): Promise<readonly ArtifactRecord[]>
}

/** Gets the records of a manifest as they are read. */
export interface ManifestVisitor {
  /** Absent: nobody asks for the lists that jobs have made. */
  list?(record: Expansion): void
  artifact(record: ArtifactRecord): void
  job(record: JobRecord): void
  /** Absent: nobody asks for results that no job has. */
  result?(record: PastResult): void
}

/** A revision that another one is saved upon. */
export interface ManifestBase {
  readonly header: Pick<ManifestHeader, 'revision'>
  /** SHA-256 of the whole file. */
  readonly hash: string
}

export interface ManifestStore {
  /**
   * The newest revision, streamed: records are handed over while the file is read.
   * @throws `MANIFEST_CORRUPT`
   */
  load(visit: ManifestVisitor): Promise<LoadedManifest | undefined>
  newestRevision(): Promise<number>
  /** The newest revision as a basis to save upon, whatever is in its file. */
  newest(): Promise<ManifestBase | undefined>
  /** Single artifacts of the newest revision, without reading the rest; undefined when there is none. */
  lookUp(): Promise<ManifestLookup | undefined>
  /**
   * Streams revision `previous.revision + 1` (1 when there is none) and creates it if absent.
   * @throws ManifestConflictError when the newest revision is not `previous`, or its file has changed since
   */
  save(content: ManifestContent, previous: ManifestBase | undefined): Promise<LoadedManifest>
  /** Reads every revision, and each one's hash of the one before it; reports damage instead of throwing. */
  check(): AsyncIterable<Finding>
}
