import type { MovieId } from '../../../src/model/id.js'
import type { EngineFiles } from '../../../src/storage/engine-files.js'
import { LocalFiles } from '../../../src/storage/local/local-files.js'
import { SegmentLog } from '../../../src/storage/log/segment/segment-log.js'
import { openStore } from '../../../src/storage/open-store.js'
import type { Store } from '../../../src/storage/store.js'
import { temporaryFolder } from '../temporary-folder.js'

/** A memory store whose logs are segments. */
export async function memorySegments(): Promise<Store> {
  const store = await openStore('memory:')
  return withSegments(store, store.files)
}

/** A folder whose logs are segments, as on a shared file system. */
export async function linkedSegments(root?: string): Promise<Store> {
  const folder = root ?? (await temporaryFolder())
  return withSegments(await openStore(`file:${folder}`), new LocalFiles(folder, 'fdatasync'))
}

function withSegments(store: Store, files: EngineFiles): Store {
  return new Proxy(store, {
    get(target, key) {
      if (key === 'log') return (movie: MovieId) => new SegmentLog(movie, files, () => new Date())
      const value = Reflect.get(target, key, target) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
