import type { Store } from './store.js'
import { hasErrno, storeError } from './store-error.js'

export interface FoundFile {
  /** Relative to the store's root. */
  readonly path: string
  readonly sizeBytes: number
}

/** All files in a folder and the folders below it; none when it is absent. */
export async function* filesBelow(store: Store, folder: string): AsyncGenerator<FoundFile> {
  const files = await store.files()
  try {
    for await (const entry of files.list(folder, { deep: true })) {
      if (!entry.isFile) continue
      yield { path: entry.path, sizeBytes: entry.size ?? (await files.fileSize(entry.path)) }
    }
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw storeError(error, `Listing ${folder}`)
  }
}
