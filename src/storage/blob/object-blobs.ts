import type { MovieId } from '../../model/id.js'
import type { EngineFiles } from '../engine-files.js'
import type { BlobStore } from '../store.js'
import { FileBlobStore } from './file-blob-store.js'
import { ObjectPackFolder } from './pack/object/object-pack-folder.js'
import { PackWriters } from './pack/pack-writers.js'
import { PackedBlobStore } from './packed-blob-store.js'

/**
 * Opens the blobs of movies where files are whole objects: small ones share packs. A cache has none: it is read by hash
 * alone, grows for ever and is put together by nobody, so that every process would read the index of everything in it.
 */
export function objectBlobs(files: EngineFiles): (movie: MovieId | undefined) => BlobStore {
  const writers = new PackWriters()
  return movie =>
    movie === undefined
      ? new FileBlobStore(movie, files)
      : new PackedBlobStore(movie, files, new ObjectPackFolder(movie, files), writers)
}
