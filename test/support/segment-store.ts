import type { MovieId } from '../../src/model/id.js'
import { MemoryFiles } from '../../src/storage/memory-files.js'
import { SegmentLog } from '../../src/storage/segment-log.js'
import type { Store } from '../../src/storage/store.js'

/** A memory store whose logs are segments. */
export function segmentStore(store: Store): Store {
  const files = new MemoryFiles(store.files)
  return new Proxy(store, {
    get(target, key) {
      if (key === 'log') return (movie: MovieId) => new SegmentLog(movie, files, () => new Date())
      const value = Reflect.get(target, key, target) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
