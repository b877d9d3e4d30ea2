import { pathToFileURL } from 'node:url'
import type { FileStorage } from '@flystorage/file-storage'
import { isMovieId, type MovieId } from '../model/id.js'
import { FileBlobStore } from './file-blob-store.js'
import { FileManifestStore } from './file-manifest-store.js'
import { LocalFiles } from './local-files.js'
import { LocalLog } from './local-log.js'
import type { BlobStore, Bytes, EventLog, ManifestStore, Store } from './store.js'
import type { StoreOptions } from './store-options.js'

/** A folder on a local disk. Nothing is touched before the first file is read or written. */
export class LocalStore implements Store {
  readonly url: string
  readonly isReachableFromThreads = true
  readonly #root: string
  readonly #local: LocalFiles
  readonly #now: () => Date
  #files: Promise<FileStorage> | undefined

  /** `root` is absolute. */
  constructor(root: string, options: Required<StoreOptions>) {
    this.url = pathToFileURL(root).href
    this.#root = root
    this.#local = new LocalFiles(root, options.durability)
    this.#now = options.now
  }

  files(): Promise<FileStorage> {
    this.#files ??= openFileStorage(this.#root)
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

  log(movie: MovieId): EventLog {
    return new LocalLog(movie, this.#local, this.#now)
  }

  blobs(movie?: MovieId): BlobStore {
    return new FileBlobStore(movie, this.#local)
  }

  manifests(movie: MovieId): ManifestStore {
    return new FileManifestStore(movie, this.#local)
  }

  async *listMovies(): AsyncGenerator<MovieId> {
    for (const name of (await this.#local.names('.')).sort()) {
      if (isMovieId(name) && (await this.log(name).exists())) yield name
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** FlyStorage takes as long to load as all the rest of a short command, so it is loaded when it is used. */
async function openFileStorage(root: string): Promise<FileStorage> {
  const [{ FileStorage }, { LocalStorageAdapter }] = await Promise.all([
    import('@flystorage/file-storage'),
    import('@flystorage/local-fs'),
  ])
  return new FileStorage(new LocalStorageAdapter(root))
}
