import { ShowrunnerError } from '../../model/error/error.js'
import { objectBlobs } from '../blob/object-blobs.js'
import { FilesStore } from '../files-store.js'
import { MovieLog } from '../log/movie-log.js'
import type { Store } from '../store.js'
import type { StoreOptions } from '../store-options.js'
import type { CustomStore } from './custom-store.js'
import { GuardedFiles } from './guarded-files.js'

/**
 * A store on somebody else's files. Worker threads do not reach it: the host stores bytes for them. Who made the files
 * closes what they need.
 */
export function openCustomStore(
  { url, files }: CustomStore,
  { now }: Pick<Required<StoreOptions>, 'now'>,
): Store {
  const guarded = new GuardedFiles(files, () => notExclusive(url))
  return new FilesStore({
    url,
    isReachableFromThreads: false,
    files: guarded,
    openLog: movie => new MovieLog(movie, guarded, {}, now),
    openBlobs: objectBlobs(guarded),
  })
}

const notExclusive = (url: string): ShowrunnerError =>
  new ShowrunnerError(
    'STORE_UNSUPPORTED',
    `The store ${url} does not keep create-if-absent: two calls of create() for one path must return "created" and "exists", otherwise two writers could overwrite each other. Nothing was run. Fix its create(), and run storeContract of showrunner/testing over it.`,
    { details: { store: url } },
  )
