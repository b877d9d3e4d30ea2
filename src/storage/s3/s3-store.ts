import type { S3Client } from '@aws-sdk/client-s3'
import { AwsS3StorageAdapter } from '@flystorage/aws-s3'
import { FileStorage } from '@flystorage/file-storage'
import { isMovieId, type MovieId } from '../../model/id.js'
import { FileBlobStore } from '../blob/file-blob-store.js'
import { SegmentLog } from '../log/segment/segment-log.js'
import { FileManifestStore } from '../manifest/file-manifest-store.js'
import type { BlobStore, Bytes, EventLog, ManifestStore, Store } from '../store.js'
import type { StoreOptions } from '../store-options.js'
import { openS3Client, S3Objects } from './s3-client.js'
import { s3Error } from './s3-error.js'
import { S3Files } from './s3-files.js'
import type { S3Location } from './s3-url.js'

/** A bucket, or a part of one, on a server that speaks S3. Nothing is sent before something is read or written. */
export class S3Store implements Store {
  readonly url: string
  readonly isReachableFromThreads = true
  readonly #files: FileStorage
  readonly #client: S3Client
  readonly #objects: S3Objects
  readonly #whole: S3Files
  readonly #now: () => Date

  constructor(location: S3Location, options: Required<StoreOptions>) {
    const { bucket, prefix } = location
    this.url = location.url
    const told = { told: undefined }
    this.#client = openS3Client(location, { told })
    this.#objects = new S3Objects(location, this.#client, told)
    this.#files = new FileStorage(new AwsS3StorageAdapter(this.#client, { bucket, prefix }))
    this.#whole = new S3Files(this.#files, this.#objects, prefix)
    this.#now = options.now
  }

  async files(): Promise<FileStorage> {
    return this.#files
  }

  create(path: string, bytes: Bytes): Promise<'created' | 'exists'> {
    return this.#whole.create(path, bytes)
  }

  replace(path: string, bytes: Uint8Array): Promise<void> {
    return this.#whole.replace(path, bytes)
  }

  whole(path: string): Promise<Uint8Array | undefined> {
    return this.#whole.whole(path)
  }

  async remove(path: string): Promise<void> {
    try {
      await this.#files.deleteFile(path)
    } catch (error) {
      throw s3Error(error, `Deleting ${path}`)
    }
  }

  log(movie: MovieId): EventLog {
    return new SegmentLog(movie, this.#whole, this.#now)
  }

  blobs(movie?: MovieId): BlobStore {
    return new FileBlobStore(movie, this.#whole)
  }

  manifests(movie: MovieId): ManifestStore {
    return new FileManifestStore(movie, this.#whole)
  }

  async *listMovies(): AsyncGenerator<MovieId> {
    const movies: MovieId[] = []
    try {
      for await (const entry of this.#files.list('')) {
        const name = entry.path.replace(/\/$/, '')
        if (entry.isDirectory && isMovieId(name)) movies.push(name)
      }
    } catch (error) {
      throw s3Error(error, `Listing ${this.url}`)
    }
    for (const movie of movies.sort()) if (await this.log(movie).exists()) yield movie
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#objects.close()
    this.#client.destroy()
  }
}
