import { FileStorage } from '@flystorage/file-storage'
import { InMemoryStorageAdapter } from '@flystorage/in-memory'
import type { MovieId } from '../../model/id.js'
import { FileBlobStore } from '../blob/file-blob-store.js'
import { layout } from '../layout.js'
import { FileLog } from '../log/file-log.js'
import { FileManifestStore } from '../manifest/file-manifest-store.js'
import type { BlobStore, Bytes, EventLog, ManifestStore, Store } from '../store.js'
import { storeError } from '../store-error.js'
import type { StoreOptions } from '../store-options.js'
import { MemoryAppendFile } from './memory-append-file.js'
import { MemoryFiles } from './memory-files.js'

const namedStores = new Map<string, MemoryContent>()

/** What stores of the same name share; it lives as long as the process, or as the last store without a name. */
class MemoryContent {
  readonly files = new FileStorage(new InMemoryStorageAdapter())
  readonly whole = new MemoryFiles(this.files)
  readonly logs = new Map<MovieId, MemoryAppendFile>()

  log(movie: MovieId): MemoryAppendFile {
    const known = this.logs.get(movie)
    if (known !== undefined) return known
    const file = new MemoryAppendFile(layout.events(movie))
    this.logs.set(movie, file)
    return file
  }
}

/** A store in the heap of one thread: for tests, trials and embedding. */
export class MemoryStore implements Store {
  readonly url: string
  readonly isReachableFromThreads = false
  readonly #content: MemoryContent
  readonly #now: () => Date

  constructor(name: string, options: Required<StoreOptions>) {
    const content = namedStores.get(name) ?? new MemoryContent()
    if (name !== '') namedStores.set(name, content)
    this.url = `memory:${name}`
    this.#content = content
    this.#now = options.now
  }

  async files(): Promise<FileStorage> {
    return this.#content.files
  }

  create(path: string, bytes: Bytes): Promise<'created' | 'exists'> {
    return this.#content.whole.create(path, bytes)
  }

  replace(path: string, bytes: Uint8Array): Promise<void> {
    return this.#content.whole.replace(path, bytes)
  }

  whole(path: string): Promise<Uint8Array | undefined> {
    return this.#content.whole.whole(path)
  }

  async remove(path: string): Promise<void> {
    try {
      await this.#content.files.deleteFile(path)
    } catch (error) {
      throw storeError(error, `Deleting ${path}`)
    }
  }

  log(movie: MovieId): EventLog {
    return new FileLog(movie, this.#content.log(movie), this.#now)
  }

  blobs(movie?: MovieId): BlobStore {
    return new FileBlobStore(movie, this.#content.whole)
  }

  manifests(movie: MovieId): ManifestStore {
    return new FileManifestStore(movie, this.#content.whole)
  }

  async *listMovies(): AsyncGenerator<MovieId> {
    for (const movie of [...this.#content.logs.keys()].sort()) {
      if (this.#content.logs.get(movie)?.isThere) yield movie
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
