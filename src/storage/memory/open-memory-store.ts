import { FileBlobStore } from '../blob/file-blob-store.js'
import { FilesStore } from '../files-store.js'
import { MovieLog } from '../log/movie-log.js'
import type { Store } from '../store.js'
import type { StoreOptions } from '../store-options.js'
import { MemoryFiles } from './memory-files.js'

const NAMED = Symbol.for('showrunner.memory-stores')
/**
 * What stores of the same name share lives as long as the process, whichever copy of this code opens them; without a
 * name, as long as the store.
 */
const shared = globalThis as { [NAMED]?: Map<string, MemoryFiles> }
shared[NAMED] ??= new Map()
const named = shared[NAMED]

/** A store in the heap of one thread: for tests, trials and embedding. */
export function openMemoryStore(name: string, { now }: Required<StoreOptions>): Store {
  const files = named.get(name) ?? new MemoryFiles()
  if (name !== '') named.set(name, files)
  const logs = { appendFile: async (path: string) => files.appendFile(path) }
  return new FilesStore({
    url: `memory:${name}`,
    isReachableFromThreads: false,
    files,
    openLog: movie => new MovieLog(movie, files, logs, now),
    openBlobs: movie => new FileBlobStore(movie, files),
  })
}
