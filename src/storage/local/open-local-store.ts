import { pathToFileURL } from 'node:url'
import { PackWriters } from '../blob/pack/pack-writers.js'
import { PackedBlobStore } from '../blob/packed-blob-store.js'
import { FilesStore } from '../files-store.js'
import { MovieLog } from '../log/movie-log.js'
import type { Store } from '../store.js'
import type { StoreOptions } from '../store-options.js'
import { sharedFileSystem } from './file-system-type.js'
import { LocalAppendFile } from './local-append-file.js'
import { LocalFiles } from './local-files.js'
import { LocalPackFolder } from './pack/local-pack-folder.js'
import { requireLinks } from './require-links.js'

/** A folder on a local disk. `root` is absolute. */
export function openLocalStore(root: string, options: Required<StoreOptions>): Store {
  const files = new LocalFiles(root, options.durability)
  const packs = new PackWriters()
  const logs = {
    appendFile: (path: string) => appendFile(files, path),
    requireCreate: requireLinks.bind(undefined, files),
  }
  return new FilesStore({
    url: pathToFileURL(root).href,
    isReachableFromThreads: true,
    files,
    openLog: movie => new MovieLog(movie, files, logs, options.now),
    openBlobs: movie => new PackedBlobStore(movie, files, new LocalPackFolder(movie, files), packs),
  })
}

/** A log that is there goes on; a new one needs a file system that promises atomic appends. */
async function appendFile(files: LocalFiles, path: string): Promise<LocalAppendFile | undefined> {
  const isThere = (await files.size(path)) !== undefined
  if (!isThere && (await sharedFileSystem(files.resolve(path))) !== undefined) return undefined
  return new LocalAppendFile(files, path)
}
