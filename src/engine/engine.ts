import { EventEmitter } from 'eventemitter3'
import type { Coordinator } from '../coordinator/coordinator.js'
import { requireMovie } from '../coordinator/state/open-movie.js'
import { ShowrunnerError } from '../model/error/error.js'
import { type MovieId, movieId } from '../model/id.js'
import type { BlobRef, LoggedEvent } from '../model/movie/event.js'
import { type ArtifactRecord, LOG_START } from '../model/movie/manifest.js'
import type { Rehearsal } from '../rehearsal/rehearse-run.js'
import type { CustomStore } from '../storage/custom/custom-store.js'
import { openStore } from '../storage/open-store.js'
import {
  checkEditOptions,
  checkEventsOptions,
  checkGcOptions,
  checkPlanRequest,
  checkRehearseRequest,
  checkRunRequest,
} from './config/check-options.js'
import type { EventsOptions, PlanRequest, RehearseRequest, RunRequest } from './config/requests.js'
import type { EngineParts } from './engine-parts.js'
import type { CopyResult } from './operations/copy-movie.js'
import type { GcOptions, GcResult } from './operations/gc-movie.js'
import type { EditedContent, EditOptions } from './operations/keep-artifact.js'
import type { MovieArtifact, MovieStatus } from './operations/movie-status.js'
import { onAbort } from './operations/on-abort.js'
import type { MoviePreview } from './operations/preview-movie.js'
import type { Verification } from './operations/verify-movie.js'
import { OutputFeed } from './outputs/output-feed.js'
import { Run } from './run/run.js'
import type { RunEvents } from './run/run-events.js'
import type { CancelReason } from './run/run-result.js'
import { RunsInProgress } from './run/runs-in-progress.js'

/**
 * A store, a pool of worker threads and a set of providers. Open one with `openEngine`; one serves many movies.
 * What only some uses need is loaded with the first of them, so that a short command starts at once.
 */
export class Engine implements AsyncDisposable {
  readonly #parts: EngineParts
  readonly #runs = new RunsInProgress()
  readonly #closed = new AbortController()
  #closing: Promise<void> | undefined

  constructor(parts: EngineParts) {
    this.#parts = parts
  }

  /** The store's URL. */
  get store(): string {
    return this.#parts.store.url
  }

  /** Jobs of a run that may be active at once, where the run does not say. */
  get concurrency(): number {
    return this.#parts.concurrency
  }

  /**
   * Starts a run, and returns at once: await it for its result, iterate it for what it makes.
   * @example
   * const run = engine.run({ blueprint, inputs: { mails } })
   * run.on('progress', ({ jobsPerSecond }) => console.log(jobsPerSecond))
   * const { status, counts } = await run
   */
  run(request: RunRequest): Run {
    const emitter = new EventEmitter<RunEvents>()
    const feed = new OutputFeed()
    const audience = { isAwaited: false, readerCount: 0 }
    const cancelled = new AbortController()
    let coordinator: Coordinator | undefined
    const cancel = (reason: CancelReason) => {
      cancelled.abort(reason)
      coordinator?.cancel()
    }
    const wasClosed = this.#closing !== undefined
    const execute = async () => {
      if (wasClosed) throw closedError()
      checkRunRequest(request)
      const { executeRun } = await import('./run/execute-run.js')
      using _ = onAbort(request.signal, () => cancel('signal'))
      return await executeRun(this.#parts, request, { emitter, feed }, cancelled.signal, running => {
        coordinator = running
        if (cancelled.signal.aborted) running.cancel()
      })
    }
    // Starts when the caller has had its chance to listen.
    const work = Promise.resolve().then(execute)
    this.#runs.add({ work, audience, emitter, cancel })
    return new Run({ work, audience, emitter, feed, cancel })
  }

  /** What a run with the same request would do, and why. Writes nothing. */
  async plan(request: PlanRequest): Promise<MoviePreview> {
    this.#refuseWhenClosed()
    checkPlanRequest(request)
    return (await import('./operations/preview-movie.js')).previewMovie(this.#parts, request)
  }

  /** Plays a run on a virtual clock: how long it would take, what it would cost, and what holds it back. Writes nothing. */
  async rehearse(request: RehearseRequest): Promise<Rehearsal> {
    this.#refuseWhenClosed()
    checkRehearseRequest(request)
    return (await import('./operations/rehearse-movie.js')).rehearseMovie(this.#parts, request)
  }

  /** @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`, `MANIFEST_CORRUPT` */
  async status(movie: string): Promise<MovieStatus> {
    this.#refuseWhenClosed()
    return (await import('./operations/movie-status.js')).movieStatus(this.#parts.store, movieId(movie))
  }

  /** The movie's log, in its one order. @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT` */
  async *events(movie: string, options: EventsOptions = {}): AsyncGenerator<LoggedEvent, void, undefined> {
    this.#refuseWhenClosed()
    checkEventsOptions(options)
    const id = movieId(movie)
    await requireMovie(this.#parts.store, id)
    const { since = 0, follow = false } = options
    const signal = AbortSignal.any([this.#closed.signal, ...(options.signal ? [options.signal] : [])])
    const log = this.#parts.store.log(id)
    for await (const { events } of follow ? log.follow(LOG_START, signal) : log.read()) {
      for (const event of events) {
        if (signal.aborted) return
        if (event.seq > since) yield event
      }
    }
  }

  /** Every artifact that exists now. @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`, `MANIFEST_CORRUPT` */
  async *artifacts(movie: string): AsyncGenerator<MovieArtifact, void, undefined> {
    this.#refuseWhenClosed()
    yield* (await import('./operations/movie-status.js')).movieArtifacts(this.#parts.store, movieId(movie))
  }

  /** A blob's bytes, in chunks, with their hash checked. @throws ShowrunnerError `BLOB_MISSING`, `BLOB_CORRUPT` */
  readBlob(movie: string, blob: BlobRef): AsyncIterable<Uint8Array> {
    this.#refuseWhenClosed()
    return this.#parts.store.blobs(movieId(movie)).readStream(blob)
  }

  /** Checks log, blobs and manifest; reports damage instead of throwing. @throws ShowrunnerError `MOVIE_NOT_FOUND` */
  async verify(movie: string): Promise<Verification> {
    this.#refuseWhenClosed()
    return (await import('./operations/verify-movie.js')).verifyMovie(this.#parts.store, movieId(movie))
  }

  /**
   * Records a user's own version of an artifact. Later runs keep it, and make anew what reads it.
   * @throws MovieBusyError; ShowrunnerError `ARTIFACT_UNKNOWN`, `EDIT_CONFLICT`, `USAGE_INVALID`, `MOVIE_NOT_FOUND`
   */
  async editArtifact(
    movie: string,
    artifactId: string,
    content: EditedContent,
    options: EditOptions = {},
  ): Promise<ArtifactRecord> {
    this.#refuseWhenClosed()
    checkEditOptions(options)
    const { editArtifact } = await import('./operations/keep-artifact.js')
    return editArtifact(this.#parts.store, movieId(movie), artifactId, content, options)
  }

  /** Keeps an artifact as it is, whatever its job makes. @throws like {@link editArtifact} */
  async pinArtifact(movie: string, artifactId: string): Promise<ArtifactRecord> {
    this.#refuseWhenClosed()
    return (await import('./operations/keep-artifact.js')).pinArtifact(
      this.#parts.store,
      movieId(movie),
      artifactId,
    )
  }

  /** Gives an artifact back to its job; the next run makes an edited one anew. @throws like {@link editArtifact} */
  async unpinArtifact(movie: string, artifactId: string): Promise<ArtifactRecord> {
    this.#refuseWhenClosed()
    return (await import('./operations/keep-artifact.js')).unpinArtifact(
      this.#parts.store,
      movieId(movie),
      artifactId,
    )
  }

  /**
   * Removes blobs that no event names, manifests but for the newest three, and leftover temporary files.
   * @throws MovieBusyError while a run is in progress; ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`
   */
  async gc(movie: string, options: GcOptions = {}): Promise<GcResult> {
    this.#refuseWhenClosed()
    checkGcOptions(options)
    return (await import('./operations/gc-movie.js')).gcMovie(this.#parts.store, movieId(movie), options)
  }

  /**
   * Copies a movie into another store, with every hash checked; goes on where an interrupted copy ended.
   * @throws MovieBusyError; ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`, `BLOB_CORRUPT`, `USAGE_INVALID` when
   * another movie of that name is there
   */
  async copy(movie: string, toStore: string | CustomStore): Promise<CopyResult> {
    this.#refuseWhenClosed()
    const { copyMovie } = await import('./operations/copy-movie.js')
    await using to = await openStore(toStore)
    return await copyMovie(this.#parts.store, to, movieId(movie))
  }

  /** Ids of the movies in the store, in order. */
  listMovies(): AsyncIterable<MovieId> {
    this.#refuseWhenClosed()
    return this.#parts.store.listMovies()
  }

  /** Cancels what runs, waits for it, and ends the threads. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#closed.abort()
    await this.#runs.close()
    await this.#parts.executor.close()
    await this.#parts.store[Symbol.asyncDispose]()
    await this.#parts.cache?.[Symbol.asyncDispose]()
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw closedError()
  }
}

const closedError = () =>
  new ShowrunnerError('ENGINE_CLOSED', 'The engine is closed. Open another one with openEngine().')
