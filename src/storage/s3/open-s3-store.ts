import { AwsS3StorageAdapter } from '@flystorage/aws-s3'
import { FileStorage } from '@flystorage/file-storage'
import { objectBlobs } from '../blob/object-blobs.js'
import { FilesStore } from '../files-store.js'
import { MovieLog } from '../log/movie-log.js'
import type { Store } from '../store.js'
import type { StoreOptions } from '../store-options.js'
import { openS3Client, S3Objects } from './s3-client.js'
import { S3Files } from './s3-files.js'
import type { S3Location } from './s3-url.js'

/** A bucket, or a part of one, on a server that speaks S3. Nothing is sent before something is read or written. */
export function openS3Store(location: S3Location, { now }: Required<StoreOptions>): Store {
  const { bucket, prefix, url } = location
  const told = { told: undefined }
  const client = openS3Client(location, { told })
  const objects = new S3Objects(location, client, told)
  const storage = new FileStorage(new AwsS3StorageAdapter(client, { bucket, prefix }))
  const files = new S3Files(storage, objects, prefix)
  return new FilesStore({
    url,
    isReachableFromThreads: true,
    files,
    openLog: movie => new MovieLog(movie, files, {}, now),
    openBlobs: objectBlobs(files),
    close: () => {
      objects.close()
      client.destroy()
    },
  })
}
