import type { JsonValue } from '../../model/json.js'
import type { BlobRef } from '../../model/movie/event.js'

/** How a job ended in this run, as far as its consumers are concerned. */
export type JobEnd = 'made' | 'failed' | 'skipped'

/** What the planner may ask about the movie; answered by the fold of the log and the run. */
export interface ArtifactSource {
  /** Only asked about jobs that have settled in this run. */
  endOf(job: number): JobEnd
  /** The job failed, or was skipped because one that it needs, near or far, failed: it is wanted and missing. */
  isUnavailable(job: number): boolean
  /** How many are unavailable in this run; 0 spares a scan of every fan-in. */
  readonly unavailableCount: number
  hasArtifact(slot: number): boolean
  artifactValue(slot: number): JsonValue | undefined
  artifactBlob(slot: number): BlobRef | undefined
  artifactHash(slot: number): string
  /** A large text or JSON value that has been read from its blob. */
  loadedValue(blobHash: string): JsonValue | undefined
}
