import type { MovieId, RunId } from '../../model/id.js'
import type { BlobRef, LoggedEvent } from '../../model/movie/event.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import type { CustomStore } from '../../storage/custom/custom-store.js'
import type { EventBatch, Store } from '../../storage/store.js'
import {
  checkArtifactsOptions,
  checkEditOptions,
  checkEventBatchesOptions,
  checkEventsOptions,
  checkGcOptions,
  checkRowsOptions,
  checkSignalOptions,
  checkTableRequest,
} from '../config/check-options.js'
import type { ArtifactsOptions, EventBatchesOptions, EventsOptions } from '../config/requests.js'
import type { ExportResult } from '../export/export-artifacts.js'
import type { CopyResult } from '../operations/copy-movie.js'
import type { GcOptions, GcResult } from '../operations/gc-movie.js'
import type { MovieArtifact, MovieStatus } from '../operations/movie-status.js'
import type { EditedContent, EditOptions } from '../operations/override-artifact.js'
import type { Verification } from '../operations/verify-movie.js'
import type { JobKey } from '../outputs/job-outputs.js'
import { OutputBlob } from '../outputs/output-blob.js'
import type { KeyArguments, OutputsNamed, ProducerOf } from '../outputs/typed-outputs.js'
import type { SignalOptions } from '../signal/signal-options.js'
import type { TableRequest, TableResult } from '../table/table-request.js'
import { type ArtifactAddress, writtenAddress } from './artifact-address.js'
import type { MovieParts } from './movie-parts.js'
import type { RowsOptions } from './movie-row.js'
import type { RunPlan } from './run-plan.js'
import type { LoopOf, RowOf } from './typed-rows.js'

/**
 * A movie in the engine's store: what it has, and what may be done to it beside running it. Made by
 * {@link Engine.movie}, which reads nothing; every call reads what is there when it is made.
 *
 * Every call throws a ShowrunnerError: `MOVIE_NOT_FOUND` when there is no such movie, `LOG_CORRUPT` or
 * `MANIFEST_CORRUPT` when it is damaged, `ENGINE_CLOSED`.
 */
export class Movie<Source = string> {
  readonly #parts: MovieParts

  constructor(parts: MovieParts) {
    this.#parts = parts
  }

  get id(): MovieId {
    return this.#parts.id
  }

  get #store(): Store {
    return this.#parts.store()
  }

  /**
   * What one job has made; undefined as long as it has made nothing. Finds it by bisection in the newest manifest, so
   * that it takes about as long in a movie of a million jobs as in one of ten; after a run that did not end, and during
   * one, the log since that manifest is read as well.
   *
   * @param producer its name
   * @param key of the job: for one loop the element's key, a text, or its position, a number; a list for several loops,
   * nothing without one
   * @throws ShowrunnerError `USAGE_INVALID` for a producer that there is not, or a key of another number of loops
   * @example
   * const reply = await movie.output('Reply', 3)
   * console.log(reply?.Text)
   */
  async output<Name extends ProducerOf<Source>>(
    producer: Name,
    ...[key, { signal } = {}]: KeyArguments<Source, Name>
  ): Promise<OutputsNamed<Source, Name> | undefined> {
    const store = this.#store
    const { findOutputs } = await import('./find-outputs.js')
    const outputs = await findOutputs(store, this.id, { producer, key: key as JobKey }, signal)
    return outputs as OutputsNamed<Source, Name> | undefined
  }

  /**
   * The elements of a loop in their order, each with the outputs of the producers in that loop, its status and its
   * cost. Elements are those of the last run. Reads the log once, and keeps its values in a temporary file, so that a
   * million rows take little memory.
   *
   * @param loop absent: the outermost one, if it is the only one
   * @throws ShowrunnerError `USAGE_INVALID` for a loop without producers
   * @example
   * for await (const { key, element, status, Reply } of movie.rows('mail')) console.log(key, status, Reply?.Text)
   */
  async *rows<Loop extends LoopOf<Source>>(
    loop?: Loop,
    options: RowsOptions = {},
  ): AsyncGenerator<RowOf<Source, Loop>, void, undefined> {
    const store = this.#store
    const { movieRows } = await import('./movie-rows.js')
    checkRowsOptions(options)
    yield* movieRows(store, this.id, loop, options) as AsyncGenerator<RowOf<Source, Loop>, void, undefined>
  }

  /** Counts of jobs and artifacts, costs, failures, the last run, and who writes the movie now. */
  async status({ signal }: SignalOptions = {}): Promise<MovieStatus> {
    const store = this.#store
    return (await import('../operations/movie-status.js')).movieStatus(store, this.id, signal)
  }

  /** The log, in its one order. */
  async *events(options: EventsOptions = {}): AsyncGenerator<LoggedEvent, void, undefined> {
    const store = this.#store
    checkEventsOptions(options)
    const { movieEvents } = await import('../operations/movie-events.js')
    yield* movieEvents(store, this.id, options, this.#parts.closed)
  }

  /**
   * The log as it is read, many events at a time: for who takes all of millions of events, at a fraction of the cost of
   * {@link events}. Each batch says its position, from which a later call goes on.
   */
  async *eventBatches(options: EventBatchesOptions = {}): AsyncGenerator<EventBatch, void, undefined> {
    const store = this.#store
    checkEventBatchesOptions(options)
    const { movieEventBatches } = await import('../operations/movie-events.js')
    yield* movieEventBatches(store, this.id, options, this.#parts.closed)
  }

  /** What a run was to make: producers, loops, ids of jobs. `run.started` names it. Undefined without a record. */
  async runPlan(runId: RunId): Promise<RunPlan | undefined> {
    const store = this.#store
    const { readRunPlan } = await import('./read-run-plan.js')
    return await readRunPlan(store, this.id, runId)
  }

  /** Who writes the movie now, as far as its lease tells; undefined when nobody does. */
  async writer(): Promise<{ readonly holder: string; readonly since: string } | undefined> {
    const store = this.#store
    return await (await import('../operations/movie-status.js')).movieWriter(store, this.id)
  }

  /** Artifacts that exist now: all of them, or those with an id that matches. */
  async *artifacts(options: ArtifactsOptions = {}): AsyncGenerator<MovieArtifact, void, undefined> {
    const store = this.#store
    checkArtifactsOptions(options)
    const { movieArtifacts } = await import('../operations/movie-status.js')
    for await (const artifact of movieArtifacts(store, this.id, options)) yield this.#withHandle(artifact)
  }

  /**
   * Writes artifacts as files into a folder, and makes the folder. Their names come from their ids, and the endings
   * from what they are: `Picture-3.Image.png`. A file that is there is replaced whole.
   * @throws ShowrunnerError `USAGE_INVALID` when the folder cannot be written to; `BLOB_MISSING`, `BLOB_CORRUPT`
   */
  async export(folder: string, options: ArtifactsOptions = {}): Promise<ExportResult> {
    const store = this.#store
    checkArtifactsOptions(options)
    const { exportArtifacts } = await import('../export/export-artifacts.js')
    const { movieArtifacts } = await import('../operations/movie-status.js')
    const artifacts = movieArtifacts(store, this.id, options)
    return await exportArtifacts(artifacts, store.blobs(this.id), folder)
  }

  /**
   * Writes the rows of a loop as a table, one by one; it appears at its place when it is complete.
   * @throws ShowrunnerError `USAGE_INVALID` for a place that cannot be used; `BLOB_MISSING`, `BLOB_CORRUPT`
   * @example
   * await movie.exportRows({ rows: 'mail', to: 'replies.csv' })
   */
  async exportRows(request: TableRequest): Promise<TableResult> {
    const store = this.#store
    checkTableRequest(request)
    const { exportRows } = await import('../table/export-rows.js')
    return await exportRows(store, this.id, request)
  }

  /** A handle of a blob that an event names. */
  blob(blob: BlobRef): OutputBlob {
    const blobs = this.#store.blobs(this.id)
    return new OutputBlob(blob, ref => blobs.readStream(ref))
  }

  /** Checks log, blobs and manifest; reports damage instead of throwing. */
  async verify({ signal }: SignalOptions = {}): Promise<Verification> {
    const store = this.#store
    return (await import('../operations/verify-movie.js')).verifyMovie(store, this.id, signal)
  }

  /**
   * Records a user's own version of an artifact. Later runs keep it, and regenerate what reads it. Aborting `signal`
   * ends the call as long as nothing is recorded.
   *
   * @param artifact its id, with or without `Producer:`, or its parts
   * @throws MovieBusyError while a run is in progress; ShowrunnerError `ARTIFACT_UNKNOWN`, `EDIT_CONFLICT`,
   * `USAGE_INVALID` for content of another kind
   * @example
   * await movie.edit({ producer: 'Reply', key: 3, output: 'Text' }, 'Thank you, and goodbye.')
   */
  async edit(
    artifact: string | ArtifactAddress,
    content: EditedContent,
    options: EditOptions = {},
  ): Promise<MovieArtifact> {
    const store = this.#store
    checkEditOptions(options)
    const { editArtifact } = await import('../operations/override-artifact.js')
    return this.#withHandle(await editArtifact(store, this.id, writtenAddress(artifact), content, options))
  }

  /** Keeps an artifact as it is, whatever its job makes. @throws like {@link edit} */
  async pin(artifact: string | ArtifactAddress, options: SignalOptions = {}): Promise<MovieArtifact> {
    const store = this.#store
    checkSignalOptions(options, 'movie.pin()')
    const { pinArtifact } = await import('../operations/override-artifact.js')
    return this.#withHandle(await pinArtifact(store, this.id, writtenAddress(artifact), options.signal))
  }

  /** Gives an artifact back to its job; the next run regenerates one that was edited. @throws like {@link edit} */
  async unpin(artifact: string | ArtifactAddress, options: SignalOptions = {}): Promise<MovieArtifact> {
    const store = this.#store
    checkSignalOptions(options, 'movie.unpin()')
    const { unpinArtifact } = await import('../operations/override-artifact.js')
    return this.#withHandle(await unpinArtifact(store, this.id, writtenAddress(artifact), options.signal))
  }

  /**
   * Removes blobs that no event names, manifests except the newest three, and leftover temporary files.
   * @throws MovieBusyError while a run is in progress
   */
  async gc(options: GcOptions = {}): Promise<GcResult> {
    const store = this.#store
    checkGcOptions(options)
    return (await import('../operations/gc-movie.js')).gcMovie(store, this.id, options)
  }

  /**
   * Copies the movie into another store, its URL or one of your own; hashes are checked, an interrupted copy goes on.
   * @throws MovieBusyError; ShowrunnerError `BLOB_CORRUPT`, `USAGE_INVALID` when another movie of that name is there
   */
  async copy(toStore: string | CustomStore, { signal }: SignalOptions = {}): Promise<CopyResult> {
    const store = this.#store
    const { copyMovie } = await import('../operations/copy-movie.js')
    await using to = await this.#parts.openStore(toStore)
    return await copyMovie(store, to, this.id, signal)
  }

  #withHandle({ blob, ...artifact }: ArtifactRecord): MovieArtifact {
    return blob === undefined ? artifact : { ...artifact, blob: this.blob(blob) }
  }
}
