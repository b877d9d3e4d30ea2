import type { MovieId } from '../model/id.js'
import { isMovieId } from '../model/movie-id.js'
import type { EngineFiles } from './engine-files.js'
import { FileManifestStore } from './manifest/file-manifest-store.js'
import type { BlobStore, EventLog, ManifestStore, Store } from './store.js'
import { WeakValueMap } from './weak-value-map.js'

/** Whole files, and what suits the place where they are. */
export interface StorePlace {
  readonly url: string
  readonly isReachableFromThreads: boolean
  readonly files: EngineFiles
  openLog(movie: MovieId): EventLog
  /** Of a movie, or those of a cache, which belong to none. */
  openBlobs(movie: MovieId | undefined): BlobStore
  /** Ends connections, once nothing uses the store any more. */
  close?(): void
}

/** A store on any {@link StorePlace}. Nothing is touched before the first file is read or written. */
export class FilesStore implements Store {
  readonly #place: StorePlace
  /** One a movie, while anybody uses it: whoever stores into the movie in this thread shares a pack. */
  readonly #blobs = new WeakValueMap<MovieId | undefined, BlobStore>()

  constructor(place: StorePlace) {
    this.#place = place
  }

  get url(): string {
    return this.#place.url
  }

  get isReachableFromThreads(): boolean {
    return this.#place.isReachableFromThreads
  }

  get files(): EngineFiles {
    return this.#place.files
  }

  log(movie: MovieId): EventLog {
    return this.#place.openLog(movie)
  }

  blobs(movie?: MovieId): BlobStore {
    let blobs = this.#blobs.get(movie)
    if (blobs === undefined) {
      blobs = this.#place.openBlobs(movie)
      this.#blobs.set(movie, blobs)
    }
    return blobs
  }

  manifests(movie: MovieId): ManifestStore {
    return new FileManifestStore(movie, this.files)
  }

  async *listMovies(): AsyncGenerator<MovieId> {
    const folders = (await this.files.names('')).filter(name => name.endsWith('/'))
    for (const name of folders.map(folder => folder.slice(0, -1)).sort()) {
      if (isMovieId(name) && (await this.#hasLog(name))) yield name
    }
  }

  /** A movie that cannot be looked into is there all the same, and hides no other; its own commands say why. */
  async #hasLog(movie: MovieId): Promise<boolean> {
    try {
      return await this.log(movie).exists()
    } catch {
      return true
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#blobs.values()].map(blobs => blobs.release()))
    this.#place.close?.()
  }
}
