import type { MovieId } from '../../model/id.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import { movieId } from '../../model/movie-id.js'
import type { CustomStore } from '../../storage/custom/custom-store.js'
import type { Store } from '../../storage/store.js'
import type { MovieArtifact } from '../artifacts/movie-artifacts.js'
import {
  checkEditOptions,
  checkGcOptions,
  checkRegenerateOptions,
  checkSignalOptions,
} from '../config/check-options.js'
import type { EditOptions, GcOptions } from '../config/requests.js'
import type { ForkOptions, ForkResult } from '../history/fork-movie.js'
import { type ArtifactAddress, writtenAddress } from '../movie/artifact-address.js'
import type { MovieParts } from '../movie/movie-parts.js'
import { OutputBlob } from '../outputs/output-blob.js'
import type { EditedContent } from '../review/edited-version.js'
import type { ReviewDecision, ReviewOptions, ReviewOutcome } from '../review/review-decision.js'
import type { SignalOptions } from '../signal/signal-options.js'
import type { CopyResult } from './copy-movie.js'
import type { GcResult } from './gc-movie.js'
import type { NotedRegeneration } from './note-regeneration.js'

/** What may be done to a movie beside running it; {@link Movie} adds what is read of it. */
export class MovieChanges {
  /** @internal */
  protected readonly parts: MovieParts

  constructor(parts: MovieParts) {
    this.parts = parts
  }

  /** The movie's name. */
  get id(): MovieId {
    return this.parts.id
  }

  /** @internal */
  protected get store(): Store {
    return this.parts.store()
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
    const store = this.store
    checkEditOptions(options)
    const { editArtifact } = await import('../operations/override-artifact.js')
    return this.withHandle(await editArtifact(store, this.id, writtenAddress(artifact), content, options))
  }

  /** Keeps an artifact as it is, whatever its job makes. @throws like {@link edit} */
  async pin(artifact: string | ArtifactAddress, options: SignalOptions = {}): Promise<MovieArtifact> {
    const store = this.store
    checkSignalOptions(options, 'movie.pin()')
    const { pinArtifact } = await import('../operations/override-artifact.js')
    return this.withHandle(await pinArtifact(store, this.id, writtenAddress(artifact), options.signal))
  }

  /** Gives an artifact back to its job; the next run regenerates one that was edited. @throws like {@link edit} */
  async unpin(artifact: string | ArtifactAddress, options: SignalOptions = {}): Promise<MovieArtifact> {
    const store = this.store
    checkSignalOptions(options, 'movie.unpin()')
    const { unpinArtifact } = await import('../operations/override-artifact.js')
    return this.withHandle(await unpinArtifact(store, this.id, writtenAddress(artifact), options.signal))
  }

  /**
   * Makes an earlier version of an artifact the current one. Later runs keep it, and regenerate what reads it; `unpin`
   * gives it back to its job.
   *
   * @param version its number in {@link Movie.versions}, or its hash, or the first six digits of that or more
   * @throws MovieBusyError while a run is in progress; ShowrunnerError `ARTIFACT_UNKNOWN`, `USAGE_INVALID` for a version
   * that there is not, `BLOB_MISSING` when its bytes are not in the store any more
   * @example
   * await movie.restore('Picture[fox].Image', 1)
   */
  async restore(
    artifact: string | ArtifactAddress,
    version: number | string,
    options: SignalOptions = {},
  ): Promise<MovieArtifact> {
    const store = this.store
    checkSignalOptions(options, 'movie.restore()')
    const { restoreArtifact } = await import('../history/restore-artifact.js')
    const written = writtenAddress(artifact)
    return this.withHandle(await restoreArtifact(store, this.id, written, version, options.signal))
  }

  /**
   * Records jobs that the next run is to regenerate; it holds until each has been made. `engine.run()` does the same
   * with its option `regenerate`, and makes them at once.
   *
   * @param jobs as that option names them: `Picture[fox]`, `Picture`, `Picture[*][0]`, `* where failed rate_limited`
   * @throws MovieBusyError while a run is in progress; ShowrunnerError `JOB_UNKNOWN`, `USAGE_INVALID`
   * @example
   * const { jobCount } = await movie.regenerate(['Picture[fox]', 'Caption where Score lessThan 0.5'])
   */
  async regenerate(
    jobs: string | readonly string[],
    { signal }: SignalOptions = {},
  ): Promise<NotedRegeneration> {
    const store = this.store
    const wanted = typeof jobs === 'string' ? [jobs] : jobs
    checkRegenerateOptions({ jobs: wanted, signal })
    const { noteRegeneration } = await import('../operations/note-regeneration.js')
    return await noteRegeneration(store, this.id, wanted, signal)
  }

  /**
   * Records decisions of people about versions of artifacts. What cannot be recorded is told in `conflicts`; all others
   * are recorded. Deciding the same again changes nothing. Rejected artifacts are made again by the next run, which
   * gets the notes.
   *
   * @throws MovieBusyError while a run of another process is in progress; ShowrunnerError `USAGE_INVALID` for an edit
   * of another kind
   * @example
   * await movie.review([{ artifact: 'Picture[3].Image', hash, decision: 'reject', note: 'The fox has five legs.' }])
   */
  async review(
    decisions: ReviewDecision | readonly ReviewDecision[],
    options: ReviewOptions = {},
  ): Promise<ReviewOutcome> {
    const store = this.store
    const list = Array.isArray(decisions) ? decisions : [decisions]
    const [{ checkReviewRequest }, { reviewMovie }] = await Promise.all([
      import('../review/check-review.js'),
      import('../review/review-movie.js'),
    ])
    checkReviewRequest(list, options)
    return await reviewMovie(store, this.id, list, { ...options, running: this.parts.running })
  }

  /**
   * Removes blobs that no event names, manifests except the newest three, and leftover temporary files.
   * @throws MovieBusyError while a run is in progress
   */
  async gc(options: GcOptions = {}): Promise<GcResult> {
    const store = this.store
    checkGcOptions(options)
    return (await import('../operations/gc-movie.js')).gcMovie(store, this.id, options)
  }

  /**
   * Copies the movie into another store, its URL or one of your own; hashes are checked, an interrupted copy goes on.
   * @throws MovieBusyError; ShowrunnerError `BLOB_CORRUPT`, `USAGE_INVALID` when another movie of that name is there
   */
  async copy(toStore: string | CustomStore, { signal }: SignalOptions = {}): Promise<CopyResult> {
    const store = this.store
    const { copyMovie } = await import('../operations/copy-movie.js')
    await using to = await this.parts.openStore(toStore)
    return await copyMovie(store, to, this.id, signal)
  }

  /**
   * Makes a new movie with what this one had at a moment: its log up to then, with the same numbers, and its blobs, large
   * ones without copying their bytes. A run of it pays nothing for what was made. Until all of it is there, there is none.
   * @throws ShowrunnerError `USAGE_INVALID` when the name is taken, or there is no such moment; `MOVIE_ID_INVALID`
   * @example
   * await movie.fork({ as: 'my-book-in-blue', at: 1200 })
   */
  async fork(options: ForkOptions): Promise<ForkResult> {
    const store = this.store
    const { forkMovie } = await import('../history/fork-movie.js')
    return await forkMovie(store, this.id, movieId(options.as), options)
  }

  /** A handle of a blob that an event names. */
  blob(blob: BlobRef): OutputBlob {
    const blobs = this.store.blobs(this.id)
    return new OutputBlob(blob, ref => blobs.readStream(ref))
  }

  /** @internal */
  protected withHandle({ blob, ...artifact }: ArtifactRecord): MovieArtifact {
    return blob === undefined ? artifact : { ...artifact, blob: this.blob(blob) }
  }
}
