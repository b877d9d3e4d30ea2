import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ShowrunnerError } from '../model/error/error.js'
import { BUNDLE_FILES, loadWithRoom } from '../model/shortage/room-for-files.js'
import type { CustomStore } from './custom/custom-store.js'
import type { Store } from './store.js'
import type { StoreOptions } from './store-options.js'

/**
 * Opens a store of one's own, or the place a URL names: `file:./movies` (relative to the working directory), `file:///abs/movies`,
 * `s3://bucket/prefix?endpoint=…&region=…&forcePathStyle=true`, `memory:` (new and private) or `memory:name` (shared by everyone in this process who opens that name).
 * Cheap: nothing is read or made before it is needed. @throws ShowrunnerError `STORE_UNSUPPORTED`
 */
export async function openStore(place: string | CustomStore, options: StoreOptions = {}): Promise<Store> {
  const settings = { durability: 'fdatasync', now: () => new Date(), ...options } as const
  if (typeof place !== 'string') {
    const { openCustomStore } = await import('./custom/open-custom-store.js')
    return openCustomStore(place, settings)
  }
  const url = place
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(url) ?? []
  switch (scheme?.toLowerCase()) {
    case 'file': {
      const root = localRoot(url, rest!)
      // The adapters are loaded when they are used: a worker thread starts with one of them.
      const { openLocalStore } = await loadWithRoom(() => import('./local/open-local-store.js'), BUNDLE_FILES)
      return openLocalStore(root, settings)
    }
    case 'memory': {
      const { openMemoryStore } = await loadWithRoom(
        () => import('./memory/open-memory-store.js'),
        BUNDLE_FILES,
      )
      return openMemoryStore(rest!, settings)
    }
    case 's3': {
      const [{ parseS3Url }, { openS3Store }] = await loadWithRoom(() =>
        Promise.all([import('./s3/s3-url.js'), import('./s3/open-s3-store.js')]),
      )
      return openS3Store(parseS3Url(url), settings)
    }
    default:
      throw unsupported(url)
  }
}

/** `file://…` is a URL and percent-decoded; what follows a bare `file:` is a path as it is typed. */
function localRoot(url: string, rest: string): string {
  if (rest === '' || rest.includes('\0')) throw unsupported(url)
  if (!rest.startsWith('//')) return path.resolve(rest)
  try {
    return fileURLToPath(url)
  } catch {
    throw unsupported(url)
  }
}

function unsupported(url: string): ShowrunnerError {
  // A URL may carry credentials: only what comes before them is repeated.
  const shown = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? url.slice(0, 80)
  return new ShowrunnerError(
    'STORE_UNSUPPORTED',
    `No store can be opened at "${shown}…". Use "file:./movies" or "file:///absolute/path" for a folder, "s3://bucket/prefix" for an object store, or "memory:" to keep nothing.`,
    { details: { scheme: shown } },
  )
}
