import { pathToFileURL } from 'node:url'
import type { FileStorage } from '@flystorage/file-storage'
import { isMovieId, type MovieId } from '../../model/id.js'
import { loadWithRoom } from '../../model/shortage/room-for-files.js'
import { PackWriters } from '../blob/pack/pack-writers.js'
import { PackedBlobStore } from '../blob/packed-blob-store.js'
import { FileManifestStore } from '../manifest/file-manifest-store.js'
import type { BlobStore, Bytes, EventLog, ManifestStore, Store } from '../store.js'
import type { StoreOptions } from '../store-options.js'
import { WeakValueMap } from './folder/weak-value-map.js'
import { LocalFiles } from './local-files.js'
import { LocalLog } from './local-log.js'

/** A folder on a local disk. Nothing is touched before the first file is read or written. */
export class LocalStore implements Store {
  readonly url: string
  readonly isReachableFromThreads = true
  readonly #local: LocalFiles
  readonly #now: () => Date
  readonly #packWriters = new PackWriters()
  /** One a movie, while anybody uses it: whoever stores into the movie in this thread shares a pack. */
  readonly #blobs = new WeakValueMap<MovieId | undefined, PackedBlobStore>()
  #files: Promise<FileStorage> | undefined

  /** `root` is absolute. */
  constructor(root: string, options: Required<StoreOptions>) {
    this.url = pathToFileURL(root).href
    this.#local = new LocalFiles(root, options.durability)
    this.#now = options.now
  }

  files(): Promise<FileStorage> {
    this.#files ??= openFileStorage(this.#local)
    return this.#files
  }

  create(path: string, bytes: Bytes): Promise<'created' | 'exists'> {
    return this.#local.create(path, bytes)
  }

  replace(path: string, bytes: Uint8Array): Promise<void> {
    return this.#local.replace(path, bytes)
  }

  whole(path: string): Promise<Uint8Array | undefined> {
    return this.#local.whole(path)
  }

  remove(path: string): Promise<void> {
    return this.#local.delete(path)
  }

  log(movie: MovieId): EventLog {
    return new LocalLog(movie, this.#local, this.#now)
  }

  blobs(movie?: MovieId): BlobStore {
    let blobs = this.#blobs.get(movie)
    if (blobs === undefined) {
      blobs = new PackedBlobStore(movie, this.#local, this.#packWriters)
      this.#blobs.set(movie, blobs)
    }
    return blobs
  }

  manifests(movie: MovieId): ManifestStore {
    return new FileManifestStore(movie, this.#local)
  }

  async *listMovies(): AsyncGenerator<MovieId> {
    for (const name of (await this.#local.folderNames('.')).sort()) {
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
  }
}

/** FlyStorage takes as long to load as all the rest of a short command, so it is loaded when it is used. */
async function openFileStorage(local: LocalFiles): Promise<FileStorage> {
  const [{ FileStorage }, { LocalAdapter }] = await loadWithRoom(() =>
    Promise.all([import('@flystorage/file-storage'), import('./local-adapter.js')]),
  )
  return new FileStorage(new LocalAdapter(local))
}
