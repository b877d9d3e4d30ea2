import { parseBlobValue } from '../../coordinator/parse-blob-value.js'
import { valueHash } from '../../model/hash.js'
import type { ArtifactId, MovieId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { Expansion } from '../../model/movie/expansion.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Store } from '../../storage/store.js'

/** What an artifact held. */
interface Content {
  readonly value?: JsonValue
  readonly blob?: BlobRef
}

/** What the artifacts held that loops ran over, also when they hold something else by now. */
export class ListContents {
  readonly #store: Store
  readonly #movieId: MovieId
  readonly #movie: MovieState
  readonly #read = new Map<string, Promise<JsonValue | undefined>>()
  #logged: Promise<ReadonlyMap<string, Content>> | undefined

  constructor(store: Store, movieId: MovieId, movie: MovieState) {
    this.#store = store
    this.#movieId = movieId
    this.#movie = movie
  }

  /** Undefined when nobody knows it any more. */
  async of({ artifactId, hash }: Expansion): Promise<JsonValue | undefined> {
    if (artifactId === undefined || hash === undefined) return undefined
    const known = this.#read.get(hash) ?? this.#find(artifactId, hash)
    this.#read.set(hash, known)
    return await known
  }

  async #find(artifactId: ArtifactId, hash: string): Promise<JsonValue | undefined> {
    const { slots, artifactHashes, values, blobs } = this.#movie
    const slot = slots.knownArtifact(artifactId)
    if (slot !== -1 && artifactHashes.get(slot) === hash) {
      const blob = blobs.get(slot)
      return blob === undefined ? values.get(slot) : await this.#load(blob)
    }
    this.#logged ??= this.#readLog()
    const logged = (await this.#logged).get(hash)
    return logged?.blob === undefined ? logged?.value : await this.#load(logged.blob)
  }

  async #load(blob: BlobRef): Promise<JsonValue | undefined> {
    try {
      return parseBlobValue(blob, await this.#store.blobs(this.#movieId).read(blob))
    } catch {
      // Nobody knows then which element a position was, and what is kept for it is applied to none.
      return undefined
    }
  }

  /** Versions of lists that something else has taken the place of, by their hashes. */
  async #readLog(): Promise<ReadonlyMap<string, Content>> {
    const { expansions } = this.#movie
    const hashes = new Set([...expansions.values()].map(({ hash }) => hash))
    const artifacts = new Set([...expansions.values()].map(({ artifactId }) => artifactId))
    const found = new Map<string, Content>()
    for await (const { events } of this.#store.log(this.#movieId).read())
      for (const { event } of events) {
        if (event.type !== 'artifact' || !artifacts.has(event.artifactId)) continue
        const hash = event.hash ?? event.blob?.hash ?? valueHash(event.value ?? null)
        if (hashes.has(hash))
          found.set(hash, event.blob ? { blob: event.blob } : { value: event.value ?? null })
      }
    return found
  }
}
