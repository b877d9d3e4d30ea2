import type { MovieId } from '../model/id.js'
import { isMovieId } from '../model/movie-id.js'
import { FileBlobStore } from './blob/file-blob-store.js'
import type { PackFolder } from './blob/pack/pack-folder.js'
import { PackWriters } from './blob/pack/pack-writers.js'
import { PackedBlobStore } from './blob/packed-blob-store.js'
import type { EngineFiles } from './engine-files.js'
import { type LogPlace, MovieLog } from './log/movie-log.js'
import { FileManifestStore } from './manifest/file-manifest-store.js'
import type { BlobStore, EventLog, ManifestStore, Store } from './store.js'
import { WeakValueMap } from './weak-value-map.js'

/** Whole files, and what their place can do besides. */
export interface StorePlace extends LogPlace {
  readonly url: string
  readonly isReachableFromThreads: boolean
  readonly files: EngineFiles
  /** Where small blobs share files; undefined where each blob has a file. */
  blobPacks?(movie: MovieId | undefined): PackFolder | undefined
  /** Ends connections, once nothing uses the store any more. */
  close?(): void
}

/** A store on any {@link StorePlace}. Nothing is touched before the first file is read or written. */
export class FilesStore implements Store {
  readonly #place: StorePlace
  readonly #now: () => Date
  readonly #packWriters = new PackWriters()
  /** One a movie, while anybody uses it: whoever stores into the movie in this thread shares a pack. */
  readonly #blobs = new WeakValueMap<MovieId | undefined, BlobStore>()

  constructor(place: StorePlace, now: () => Date) {
    this.#place = place
    this.#now = now
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
    return new MovieLog(movie, this.files, this.#place, this.#now)
  }

  blobs(movie?: MovieId): BlobStore {
    let blobs = this.#blobs.get(movie)
    if (blobs === undefined) {
      const packs = this.#place.blobPacks?.(movie)
      blobs = packs
        ? new PackedBlobStore(movie, this.files, packs, this.#packWriters)
        : new FileBlobStore(movie, this.files)
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
