import { EventEmitter } from 'eventemitter3'
import type { BlueprintShape } from '../blueprint/typing/blueprint-shape.js'
import type { Coordinator } from '../coordinator/coordinator.js'
import { ShowrunnerError } from '../model/error/error.js'
import type { MovieId } from '../model/id.js'
import { movieId } from '../model/movie-id.js'
import { untilAborted } from '../model/until-aborted.js'
import type { ProbeRequest } from '../probe/probe-request.js'
import type { ProbeReport } from '../probe/report/probe-report.js'
import type { Rehearsal } from '../rehearsal/rehearsal.js'
import type { PageServer, ServeOptions } from '../ui/page-server.js'
import {
  checkPlanRequest,
  checkRehearseRequest,
  checkRunRequest,
  checkServeOptions,
  checkSignalOptions,
} from './config/check-options.js'
import type { EngineOptions } from './config/engine-options.js'
import type { BlueprintSource, PlanRequest, RehearseRequest, RunRequest } from './config/requests.js'
import type { EngineParts } from './engine-parts.js'
import { openFleet } from './fleet/open-fleet.js'
import { refuseFormerCalls } from './former-calls.js'
import { Movie } from './movie/movie.js'
import { openParts } from './open-parts.js'
import type { MoviePreview } from './operations/preview-movie.js'
import { OutputFeed } from './outputs/output-feed.js'
import type { MadeBy } from './outputs/typed-outputs.js'
import type { ReadyToRehearse } from './rehearsing/ready-to-rehearse.js'
import { Run } from './run/run.js'
import type { RunEvents } from './run/run-events.js'
import type { CancelReason } from './run/run-result.js'
import { RunsInProgress } from './run/runs-in-progress.js'
import { ServedPages } from './served-pages.js'
import { onAbort } from './signal/on-abort.js'
import type { SignalOptions } from './signal/signal-options.js'

/**
 * Opens a store and a pool of threads (which start with the first job). Close it, or bind it with `await using`.
 * @throws ShowrunnerError `USAGE_INVALID`, `CONFIG_INVALID`, `STORE_UNSUPPORTED`, `STORE_FAILED`
 */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  return new Engine(
    await openParts(options, { openFleet, loadExecution: () => import('./execution/open-execution.js') }),
  )
}

/**
 * A store, a pool of worker threads and a set of providers. Open one with `openEngine`; one serves many movies.
 * What only some uses need is loaded with the first of them, so that a short command starts at once.
 */
export class Engine implements AsyncDisposable {
  readonly #parts: EngineParts
  readonly #runs = new RunsInProgress()
  readonly #probes = new Set<Promise<unknown>>()
  readonly #pages = new ServedPages()
  readonly #closed = new AbortController()
  #closing: Promise<void> | undefined

  constructor(parts: EngineParts) {
    this.#parts = parts
    refuseFormerCalls(this)
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
  run<const Source extends BlueprintSource>(request: RunRequest<Source>): Run<MadeBy<Source>> {
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
      return await executeRun(
        this.#parts,
        request as RunRequest,
        { emitter, feed },
        cancelled.signal,
        (running, movie) => {
          coordinator = running
          this.#runs.began(inProgress, movie, statements => running.decide(statements))
          if (cancelled.signal.aborted) running.cancel()
        },
      )
    }
    // Starts when the caller has had its chance to listen.
    const work = Promise.resolve().then(execute)
    const inProgress = { work, audience, emitter, cancel }
    this.#runs.add(inProgress)
    return new Run({ work, audience, emitter, feed, cancel })
  }

  /** What a run with the same request would do, and why. Writes nothing. */
  async plan<const Source extends BlueprintSource>(request: PlanRequest<Source>): Promise<MoviePreview> {
    this.#refuseWhenClosed()
    checkPlanRequest(request)
    const { previewMovie } = await import('./operations/preview-movie.js')
    const asked = request as PlanRequest
    const preview = previewMovie(this.#parts, asked, ready => this.#rehearse(asked, ready))
    return await untilAborted(preview, request.signal)
  }

  /** Plays a run on a virtual clock: how long it would take, what it would cost, and what holds it back. Writes nothing. */
  async rehearse<const Source extends BlueprintSource>(request: RehearseRequest<Source>): Promise<Rehearsal> {
    this.#refuseWhenClosed()
    checkRehearseRequest(request)
    return await this.#rehearse(request as RehearseRequest)
  }

  /**
   * Measures how much concurrency a provider takes, by calling it: real calls, which cost what they cost, in the
   * engine's own threads and beside its runs, with none of their limits. What the calls return is thrown away; nothing
   * is written. Aborting `signal`, or closing the engine, ends it, and it reports what it has measured so far.
   *
   * @param request a producer of a blueprint, or a provider alone; bounds in dollars and milliseconds
   * @returns throughput in calls a second and latencies in milliseconds by level; `recommended` as `limits` of the
   * provider
   * @throws ShowrunnerError `PROBE_FAILED` when no call succeeds; `BUDGET_UNPRICED` for a `maxCostUsd` without a price;
   * `USAGE_INVALID` for a request that cannot be carried out, or could cost more than `maxCostUsd`; what `plan` throws
   * @example
   * const { recommended, limit } = await engine.probe({ provider: 'images', with: { prompt: 'A fox' }, maxCalls: 500 })
   * console.log(recommended?.concurrency, limit.type)
   */
  async probe<const Source extends BlueprintSource>(request: ProbeRequest<Source>): Promise<ProbeReport> {
    this.#refuseWhenClosed()
    const probing = this.#probe(request as ProbeRequest)
    this.#probes.add(probing)
    try {
      return await probing
    } finally {
      this.#probes.delete(probing)
    }
  }

  /**
   * A movie of the store: its results, status and log, and what may be done to it. Reads nothing yet.
   * @param movie its id, or the blueprint whose name it has
   * @param movieId where the movie of the blueprint has another id
   * @throws ShowrunnerError `MOVIE_ID_INVALID`
   */
  movie<const Source extends string | BlueprintShape>(
    movie: Source,
    { movieId: other }: { readonly movieId?: string } = {},
  ): Movie<Source> {
    const id = movieId(typeof movie === 'string' ? movie : (other ?? movie.name))
    const store = () => {
      this.#refuseWhenClosed()
      return this.#parts.store
    }
    const running = () => this.#runs.ofMovie(id)
    return new Movie({ id, store, openStore: this.#parts.openStore, closed: this.#closed.signal, running })
  }

  /** Ids of the movies in the store, in order. */
  listMovies(): AsyncIterable<MovieId> {
    this.#refuseWhenClosed()
    return this.#parts.store.listMovies()
  }

  /**
   * Serves a page of the store's movies to browsers of this machine: what runs, has run, or runs elsewhere on the same
   * store; of the engine's own runs also what holds them back. Its address has the token that opens it. It ends with the engine.
   * @throws ShowrunnerError `USAGE_INVALID` when the port is taken
   */
  async serve(options: ServeOptions = {}): Promise<PageServer> {
    this.#refuseWhenClosed()
    checkServeOptions(options)
    return await this.#pages.serve(this, this.#runs, options)
  }

  /**
   * The page of a movie as one HTML file, which opens from disk: everything counted in full, lists of jobs cut.
   * @throws ShowrunnerError `MOVIE_NOT_FOUND`, `LOG_CORRUPT`
   */
  async report(movie: string, options: SignalOptions = {}): Promise<string> {
    this.#refuseWhenClosed()
    checkSignalOptions(options, 'engine.report()')
    const { createReport } = await import('../ui/report/create-report.js')
    return await createReport(this.movie(movie), this.store, options.signal)
  }

  /** Cancels what runs, waits for it, and ends the threads. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #rehearse(request: RehearseRequest, ready?: ReadyToRehearse): Promise<Rehearsal> {
    return (await import('./rehearsing/rehearse-movie.js')).rehearseMovie(this.#parts, request, ready)
  }

  async #probe(request: ProbeRequest): Promise<ProbeReport> {
    const [{ checkProbeRequest }, { runProbe }] = await Promise.all([
      import('../probe/check-request.js'),
      import('../probe/run-probe.js'),
    ])
    checkProbeRequest(request)
    const stopped = new AbortController()
    using _ = onAbort(request.signal, () => stopped.abort())
    using __ = onAbort(this.#closed.signal, () => stopped.abort())
    return await runProbe(this.#parts, { ...request, signal: stopped.signal })
  }

  async #close(): Promise<void> {
    this.#closed.abort()
    await this.#runs.close()
    await this.#pages.close()
    await Promise.allSettled(this.#probes)
    await (await this.#parts.execution.opened)?.close()
    await this.#parts.fleet?.close()
    await this.#parts.store[Symbol.asyncDispose]()
    await this.#parts.cache?.[Symbol.asyncDispose]()
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw closedError()
  }
}

const closedError = () =>
  new ShowrunnerError('ENGINE_CLOSED', 'The engine is closed. Open another one with openEngine().')
