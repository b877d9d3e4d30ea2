import { parseBlobValue } from '../../coordinator/parse-blob-value.js'
import type { MovieId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Plan } from '../../plan/plan.js'
import type { Store } from '../../storage/store.js'

/** Bytes of lists that are read for a plan. What is beyond counts as not known yet. */
const LISTS_LIMIT_BYTES = 64 << 20

/** The lists of a movie that are too long for its log, by the hashes of their blobs. One that cannot be read is left out. */
export async function loadLists(
  store: Store,
  movieId: MovieId,
  plan: Plan,
  movie: MovieState,
): Promise<ReadonlyMap<string, JsonValue>> {
  const lists = new Map<string, JsonValue>()
  const blobs = store.blobs(movieId)
  for (const blob of listBlobs(plan, movie)) {
    try {
      lists.set(blob.hash, parseBlobValue(blob, await blobs.read(blob)))
    } catch {
      // The run says what is wrong with it, if it needs it.
    }
  }
  return lists
}

function listBlobs({ growth, geometry }: Plan, movie: MovieState): readonly BlobRef[] {
  const blobs = new Map<string, BlobRef>()
  if (growth.loops.length === 0) return []
  const outputs = growth.loops.map(({ source }) => `.${source.output}`)
  const producers = growth.loops.map(({ source }) => `Producer:${source.producer}`)
  const isList = (slot: number): boolean => {
    if (geometry.hasArtifact(slot) && !growth.makers.has(geometry.blockOfArtifact(slot).family)) return false
    const id = movie.slots.artifactIdAt(slot)
    return producers.some((producer, at) => id.startsWith(producer) && id.includes(outputs[at]!))
  }
  let bytes = 0
  for (let slot = 0; slot < movie.slots.artifactCount; slot++) {
    const blob = movie.blobs.get(slot)
    if (blob === undefined || blobs.has(blob.hash) || !isList(slot)) continue
    bytes += blob.sizeBytes
    if (bytes > LISTS_LIMIT_BYTES) break
    blobs.set(blob.hash, blob)
  }
  return [...blobs.values()]
}
