import type { ArtifactId, MovieId } from '../../model/id.js'
import type { BlobRef, LoggedEvent } from '../../model/movie/event.js'
import type { Store } from '../../storage/store.js'

/** Blobs that events name, by their hashes, also those of earlier versions. */
export class NamedBlobs {
  readonly blobs = new Map<string, BlobRef>()
  /** By artifact, the last event that removed it: versions before it are not needed any more. */
  readonly removedAt = new Map<ArtifactId, number>()

  readonly has = (hash: string): boolean => this.blobs.has(hash)

  note({ seq, event }: LoggedEvent): void {
    if (event.type === 'artifact' && event.blob) this.blobs.set(event.blob.hash, event.blob)
    else if (event.type === 'artifact.removed') this.removedAt.set(event.artifactId, seq)
  }

  /** The same without what only removed artifacts name. Reads the log once more where there are any. */
  async withoutRemoved(store: Store, movieId: MovieId): Promise<NamedBlobs> {
    if (this.removedAt.size === 0) return this
    const kept = new NamedBlobs()
    for await (const { events } of store.log(movieId).read())
      for (const logged of events) {
        const { seq, event } = logged
        if (event.type === 'artifact' && seq > (this.removedAt.get(event.artifactId) ?? 0)) kept.note(logged)
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
