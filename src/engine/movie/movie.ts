import type { RunId } from '../../model/id.js'
import type { LoggedEvent } from '../../model/movie/event.js'
import { movieId } from '../../model/movie-id.js'
import type { EventBatch } from '../../storage/store.js'
import type { MovieArtifact } from '../artifacts/movie-artifacts.js'
import type { RejectedJob } from '../artifacts/rejected-answers.js'
import {
  checkArtifactsOptions,
  checkEventBatchesOptions,
  checkEventsOptions,
  checkExportOptions,
  checkRowsOptions,
  checkSignalOptions,
} from '../config/check-options.js'
import type {
  ArtifactsOptions,
  EventBatchesOptions,
  EventsOptions,
  ExportOptions,
} from '../config/requests.js'
import type { ExportResult } from '../export/export-artifacts.js'
import type { ArtifactVersion } from '../history/artifact-version.js'
import type { DiffOptions } from '../history/diff-options.js'
import type { MovieDiff } from '../history/movie-diff.js'
import type { RunInputs } from '../job-inputs/run-inputs.js'
import { MovieChanges } from '../operations/movie-changes.js'
import type { MovieStatus } from '../operations/movie-status.js'
import type { Verification } from '../operations/verify-movie.js'
import type { JobKey } from '../outputs/job-outputs.js'
import type { KeyArguments, OutputsNamed, ProducerOf } from '../outputs/typed-outputs.js'
import type { MovieReview, ReviewsOptions } from '../review/movie-reviews.js'
import type { SignalOptions } from '../signal/signal-options.js'
import type { TableRequest, TableResult } from '../table/table-request.js'
import { type ArtifactAddress, writtenAddress } from './artifact-address.js'
import type { RowsOptions } from './movie-row.js'
import type { RunPlan } from './run-plan.js'
import type { LoopOf, RowOf } from './typed-rows.js'

/** Who writes a movie now. */
export interface MovieWriter {
  /** Host, process and nonce. */
  readonly holder: string
  /** ISO 8601, UTC. */
  readonly since: string
}

/**
 * A movie in the engine's store: what it has, and what may be done to it beside running it. Made by
 * {@link Engine.movie}, which reads nothing; every call reads what is there when it is made.
 *
 * Every call throws a ShowrunnerError: `MOVIE_NOT_FOUND` when there is no such movie, `LOG_CORRUPT` or
 * `MANIFEST_CORRUPT` when it is damaged, `ENGINE_CLOSED`.
 */
export class Movie<Source = string> extends MovieChanges {
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
    const store = this.store
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
    const store = this.store
    const { movieRows } = await import('./movie-rows.js')
    checkRowsOptions(options)
    yield* movieRows(store, this.id, loop, options) as AsyncGenerator<RowOf<Source, Loop>, void, undefined>
  }

  /** Counts of jobs and artifacts, costs, failures, the last run, and who writes the movie now. */
  async status({ signal }: SignalOptions = {}): Promise<MovieStatus> {
    const store = this.store
    return (await import('../operations/movie-status.js')).movieStatus(store, this.id, signal)
  }

  /** The log, in its one order. */
  async *events(options: EventsOptions = {}): AsyncGenerator<LoggedEvent, void, undefined> {
    const store = this.store
    checkEventsOptions(options)
    const { movieEvents } = await import('../operations/movie-events.js')
    yield* movieEvents(store, this.id, options, this.parts.closed)
  }

  /**
   * The log as it is read, many events at a time: for who takes all of millions of events, at a fraction of the cost of
   * {@link events}. Each batch says its position, from which a later call goes on.
   */
  async *eventBatches(options: EventBatchesOptions = {}): AsyncGenerator<EventBatch, void, undefined> {
    const store = this.store
    checkEventBatchesOptions(options)
    const { movieEventBatches } = await import('../operations/movie-events.js')
    yield* movieEventBatches(store, this.id, options, this.parts.closed)
  }

  /** What a run was to make: producers, loops, ids of jobs. `run.started` names it. Undefined without a record. */
  async runPlan(runId: RunId): Promise<RunPlan | undefined> {
    const store = this.store
    const { readRunPlan } = await import('./read-run-plan.js')
    return await readRunPlan(store, this.id, runId)
  }

  /**
   * What the jobs of a run were given, filled in from its record: their inputs, the jobs that they read, and those that
   * read them. Undefined without a record, and where a secret in it is blanked out that the plan would need.
   */
  async runInputs(runId: RunId): Promise<RunInputs | undefined> {
    const store = this.store
    const { readRunInputs } = await import('../job-inputs/read-run-inputs.js')
    return await readRunInputs(store, this.id, runId)
  }

  /** Who writes the movie now, as far as its lease tells; undefined when nobody does. */
  async writer(): Promise<MovieWriter | undefined> {
    const store = this.store
    return await (await import('../operations/movie-status.js')).movieWriter(store, this.id)
  }

  /** Artifacts that exist now: all of them, or those with an id that matches. */
  async *artifacts(options: ArtifactsOptions = {}): AsyncGenerator<MovieArtifact, void, undefined> {
    const store = this.store
    checkArtifactsOptions(options)
    const { movieArtifacts } = await import('../artifacts/movie-artifacts.js')
    for await (const artifact of movieArtifacts(store, this.id, options)) yield this.withHandle(artifact)
  }

  /**
   * Of jobs without an accepted answer, the last one that a check, or the provider itself, has rejected, with the reason.
   * @example
   * for await (const { jobId, reason, outputs } of movie.rejected()) console.log(jobId, reason, outputs?.Text)
   */
  async *rejected(options: ArtifactsOptions = {}): AsyncGenerator<RejectedJob, void, undefined> {
    const store = this.store
    checkArtifactsOptions(options)
    const { rejectedAnswers } = await import('../artifacts/rejected-answers.js')
    yield* rejectedAnswers(store, this.id, options)
  }

  /**
   * The artifacts that wait for a person, in the order of the plan; with `states`, those that were judged as well.
   * @example
   * for await (const { artifactId, hash, blob, caption } of movie.reviews()) console.log(artifactId, caption)
   */
  async *reviews(options: ReviewsOptions = {}): AsyncGenerator<MovieReview, void, undefined> {
    const store = this.store
    const [{ checkReviewsOptions }, { movieReviews }] = await Promise.all([
      import('../review/check-review.js'),
      import('../review/movie-reviews.js'),
    ])
    checkReviewsOptions(options)
    for await (const { blob, ...review } of movieReviews(store, this.id, options))
      yield blob === undefined ? review : { ...review, blob: this.blob(blob) }
  }

  /**
   * All versions of an artifact that the log has, from the oldest on; none for one that was never made. Reads the log.
   * @param artifact its id, with or without `Producer:`, or its parts
   * @example
   * for (const { version, madeAt, isCurrent } of await movie.versions('Picture[fox].Image')) console.log(version, madeAt)
   */
  async versions(
    artifact: string | ArtifactAddress,
    options: SignalOptions = {},
  ): Promise<readonly ArtifactVersion[]> {
    const store = this.store
    checkSignalOptions(options, 'movie.versions()')
    const { readVersions } = await import('../history/read-versions.js')
    const { versions } = await readVersions(store, this.id, writtenAddress(artifact), options.signal)
    return versions.map(({ blob, ...version }) => (blob ? { ...version, blob: this.blob(blob) } : version))
  }

  /**
   * What differs between two moments of the movie, or between it and another movie of the store: artifacts made,
   * changed, moved and removed, calls and cost, by producer. Folds the log without its values.
   * @throws ShowrunnerError `USAGE_INVALID` for a moment that there is not
   * @example
   * const { counts, costUsd } = await movie.diff({ from: '2026-11-27T21:00Z' })
   */
  async diff(options: DiffOptions = {}): Promise<MovieDiff> {
    const store = this.store
    const [{ checkDiffOptions }, { diffMovie, diffMovies }] = await Promise.all([
      import('../history/check-diff.js'),
      import('../history/diff-movie.js'),
    ])
    checkDiffOptions(options)
    if (options.other === undefined) return await diffMovie(store, this.id, options)
    return await diffMovies(store, this.id, movieId(options.other), options)
  }

  /**
   * Writes artifacts as files into a folder, and makes the folder. Their names come from their ids, and the endings
   * from what they are: `Picture-3.Image.png`. A file that is there is replaced whole. With `rejected` it writes what
   * {@link rejected} reads instead, likewise.
   * @throws ShowrunnerError `USAGE_INVALID` when the folder cannot be written to; `BLOB_MISSING`, `BLOB_CORRUPT`
   */
  async export(folder: string, { rejected = false, ...options }: ExportOptions = {}): Promise<ExportResult> {
    const store = this.store
    checkExportOptions({ rejected, ...options })
    const { exportArtifacts } = await import('../export/export-artifacts.js')
    const artifacts = rejected
      ? (await import('../artifacts/rejected-files.js')).rejectedFiles(store, this.id, options)
      : (await import('../artifacts/movie-artifacts.js')).movieArtifacts(store, this.id, options)
    return await exportArtifacts(artifacts, store.blobs(this.id), folder)
  }

  /**
   * Writes the rows of a loop as a table, one by one; it appears at its place when it is complete.
   * @throws ShowrunnerError `USAGE_INVALID` for a place that cannot be used; `BLOB_MISSING`, `BLOB_CORRUPT`
   * @example
   * await movie.exportRows({ rows: 'mail', to: 'replies.csv' })
   */
  async exportRows(request: TableRequest): Promise<TableResult> {
    const store = this.store
    const { exportRows } = await import('../table/export-rows.js')
    return await exportRows(store, this.id, request)
  }

  /** Checks log, blobs and manifest; reports damage instead of throwing. */
  async verify({ signal }: SignalOptions = {}): Promise<Verification> {
    const store = this.store
    return (await import('../operations/verify-movie.js')).verifyMovie(store, this.id, signal)
  }
}
