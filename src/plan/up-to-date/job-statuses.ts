import type { JsonValue } from '../../model/json.js'
import type { BlobRef, SkipReason } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { ResultContent } from '../../model/movie/results/past-results.js'
import type { ArtifactSource, JobEnd } from '../values/artifact-source.js'

/** Where a job stands in one run (or preview of one). */
const JOB_STATUSES = ['waiting', 'queued', 'active', 'cached', 'succeeded', 'failed', 'skipped'] as const
export type StatusInRun = (typeof JOB_STATUSES)[number]

/** One byte a job, over the state of the movie; answers what the planner asks. */
export class JobStatuses implements ArtifactSource {
  readonly counts: Record<StatusInRun, number>
  readonly #movie: MovieState
  #statuses: Uint8Array
  readonly #loaded: (blobHash: string) => JsonValue | undefined
  /** Skipped because of a failure, near or far. */
  readonly #blocked = new Set<number>()
  /** In a preview, which changes nothing: what artifacts would hold, by slot. */
  readonly #foreseen = new Map<number, ResultContent>()

  constructor(movie: MovieState, jobCount: number, loaded: (blobHash: string) => JsonValue | undefined) {
    this.#movie = movie
    this.#statuses = new Uint8Array(jobCount)
    this.#loaded = loaded
    this.counts = { waiting: jobCount, queued: 0, active: 0, cached: 0, succeeded: 0, failed: 0, skipped: 0 }
  }

  get(job: number): StatusInRun {
    return JOB_STATUSES[this.#statuses[job]!]!
  }

  /** It has ended for this run. */
  isSettled(job: number): boolean {
    const status = this.get(job)
    return status !== 'waiting' && status !== 'queued' && status !== 'active'
  }

  set(job: number, status: StatusInRun): void {
    this.counts[this.get(job)]--
    this.counts[status]++
    this.#statuses[job] = JOB_STATUSES.indexOf(status)
  }

  /** More jobs have become known. */
  add(firstJob: number, count: number): void {
    this.counts.waiting += count
    const end = firstJob + count
    if (end <= this.#statuses.length) return
    const grown = new Uint8Array(Math.max(end, this.#statuses.length + (this.#statuses.length >> 1)))
    grown.set(this.#statuses)
    this.#statuses = grown
  }

  /** To be called when a job is skipped. */
  noteSkip(job: number, reason: SkipReason): void {
    if (reason.type !== 'upstream') return
    // Of a list that the loop cannot run over, the job itself has succeeded.
    if (reason.state === 'failed' || this.isUnavailable(this.#movie.slots.jobSlot(reason.jobId)))
      this.#blocked.add(job)
  }

  isUnavailable(job: number): boolean {
    return this.get(job) === 'failed' || this.#blocked.has(job)
  }

  get unavailableCount(): number {
    return this.counts.failed + this.#blocked.size
  }

  endOf(job: number): JobEnd {
    const status = this.get(job)
    return status === 'failed' || status === 'skipped' ? status : 'made'
  }

  /** A job would take this result. What is pinned stays as it is. */
  foresee(firstArtifact: number, contents: readonly ResultContent[]): void {
    contents.forEach((content, at) => {
      if (!this.#movie.isPinned(firstArtifact + at)) this.#foreseen.set(firstArtifact + at, content)
    })
  }

  #foreseenAt(slot: number): ResultContent | undefined {
    return this.#foreseen.size === 0 ? undefined : this.#foreseen.get(slot)
  }

  hasArtifact(slot: number): boolean {
    return this.#foreseen.has(slot) || this.#movie.hasArtifact(slot)
  }
  artifactValue(slot: number): JsonValue | undefined {
    const foreseen = this.#foreseenAt(slot)
    return foreseen ? foreseen.value : this.#movie.values.get(slot)
  }
  artifactBlob(slot: number): BlobRef | undefined {
    const foreseen = this.#foreseenAt(slot)
    return foreseen ? foreseen.blob : this.#movie.blobs.get(slot)
  }
  artifactHash(slot: number): string {
    return this.#foreseenAt(slot)?.hash ?? this.#movie.artifactHashes.get(slot)!
  }
  loadedValue(blobHash: string): JsonValue | undefined {
    return this.#loaded(blobHash)
  }
}
