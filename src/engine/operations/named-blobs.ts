import { isBlobRef } from '../../model/blob-ref.js'
import { type ArtifactId, type JobId, jobOf, type MovieId } from '../../model/id.js'
import type { AnswerOutputs, BlobRef, LoggedEvent } from '../../model/movie/event.js'
import type { Store } from '../../storage/store.js'

/** Blobs that events name, by their hashes, also those of earlier versions. */
export class NamedBlobs {
  readonly blobs = new Map<string, BlobRef>()
  /** By artifact, the last event that removed it: versions before it are not needed any more. */
  readonly removedAt = new Map<ArtifactId, number>()

  readonly has = (hash: string): boolean => this.blobs.has(hash)

  note({ seq, event }: LoggedEvent): void {
    if (event.type === 'artifact' && event.blob) this.blobs.set(event.blob.hash, event.blob)
    else if (event.type === 'job.failed' && event.rejected !== undefined)
      for (const value of Object.values(event.rejected.outputs ?? {})) this.#noteRejected(value)
    else if (event.type === 'artifact.removed') this.removedAt.set(event.artifactId, seq)
  }

  /** Rejected answers stay, to be looked at. */
  #noteRejected(value: AnswerOutputs[string]): void {
    if (Array.isArray(value)) for (const item of value) this.#noteRejected(item)
    else if (isBlobRef(value)) this.blobs.set(value.hash, value)
  }

  /** The same without what only removed artifacts name. Reads the log once more where there are any. */
  async withoutRemoved(store: Store, movieId: MovieId): Promise<NamedBlobs> {
    if (this.removedAt.size === 0) return this
    const kept = new NamedBlobs()
    const removedJobs = new Map<JobId, number>()
    for (const [id, seq] of this.removedAt) removedJobs.set(jobOf(id), seq)
    for await (const { events } of store.log(movieId).read())
      for (const logged of events) {
        const { seq, event } = logged
        if (event.type === 'artifact' && seq > (this.removedAt.get(event.artifactId) ?? 0)) kept.note(logged)
        else if (event.type === 'job.failed' && seq > (removedJobs.get(event.jobId) ?? 0)) kept.note(logged)
      }
    return kept
  }
}

/**
 * What the events of a movie name and its artifacts may still need.
 * @param alsoRemoved artifacts that are to be removed
 */
export async function readNamedBlobs(
  store: Store,
  movieId: MovieId,
  alsoRemoved: readonly ArtifactId[] = [],
): Promise<NamedBlobs> {
  const named = new NamedBlobs()
  for await (const { events } of store.log(movieId).read()) for (const logged of events) named.note(logged)
  for (const id of alsoRemoved) named.removedAt.set(id, Number.POSITIVE_INFINITY)
  return await named.withoutRemoved(store, movieId)
}
