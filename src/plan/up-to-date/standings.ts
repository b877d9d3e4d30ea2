import type { JsonValue } from '../../model/json.js'
import type { BlobRef, SkipReason } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { ArtifactSource, JobStanding } from '../values/artifact-source.js'

/** Where a job stands in one run (or preview of one). */
const STANDINGS = ['waiting', 'queued', 'active', 'cached', 'succeeded', 'failed', 'skipped'] as const
export type Standing = (typeof STANDINGS)[number]

/** One byte a job, over the state of the movie; answers what the planner asks. */
export class Standings implements ArtifactSource {
  readonly counts: Record<Standing, number>
  readonly #movie: MovieState
  readonly #standings: Uint8Array
  readonly #loaded: (blobHash: string) => JsonValue | undefined
  /** Skipped because of a failure, near or far. */
  readonly #blocked = new Set<number>()

  constructor(movie: MovieState, jobCount: number, loaded: (blobHash: string) => JsonValue | undefined) {
    this.#movie = movie
    this.#standings = new Uint8Array(jobCount)
    this.#loaded = loaded
    this.counts = { waiting: jobCount, queued: 0, active: 0, cached: 0, succeeded: 0, failed: 0, skipped: 0 }
  }

  get(job: number): Standing {
    return STANDINGS[this.#standings[job]!]!
  }

  set(job: number, standing: Standing): void {
    this.counts[this.get(job)]--
    this.counts[standing]++
    this.#standings[job] = STANDINGS.indexOf(standing)
  }

  /** To be called when a job is skipped. */
  noteSkip(job: number, reason: SkipReason): void {
    if (reason.type === 'upstream' && this.isLacking(this.#movie.slots.jobSlot(reason.jobId)))
      this.#blocked.add(job)
  }

  isLacking(job: number): boolean {
    return this.get(job) === 'failed' || this.#blocked.has(job)
  }

  get lackingCount(): number {
    return this.counts.failed + this.#blocked.size
  }

  standing(job: number): JobStanding {
    const standing = this.get(job)
    return standing === 'failed' || standing === 'skipped' ? standing : 'made'
  }

  hasArtifact(slot: number): boolean {
    return this.#movie.hasArtifact(slot)
  }
  artifactValue(slot: number): JsonValue | undefined {
    return this.#movie.values.get(slot)
  }
  artifactBlob(slot: number): BlobRef | undefined {
    return this.#movie.blobs.get(slot)
  }
  artifactHash(slot: number): string {
    return this.#movie.artifactHashes.get(slot)!
  }
  loadedValue(blobHash: string): JsonValue | undefined {
    return this.#loaded(blobHash)
  }
}
