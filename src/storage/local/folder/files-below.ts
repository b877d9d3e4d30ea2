import type { Store } from '../../store.js'
import { hasErrno, storeError } from '../../store-error.js'

export interface FoundFile {
  /** Relative to the store's root. */
  readonly path: string
  readonly sizeBytes: number
  /** By the store's clock, since 1970. */
  readonly modifiedAtMs: number
}

/** All files in a folder and the folders below it; none when it is absent. Links are no files. */
export async function* filesBelow(store: Store, folder: string): AsyncGenerator<FoundFile> {
  const files = await store.files()
  try {
    for await (const { path, isFile, ...entry } of files.list(folder, { deep: true })) {
      if (!isFile) continue
      const sizeBytes = ('size' in entry ? entry.size : undefined) ?? (await files.fileSize(path))
      yield { path, sizeBytes, modifiedAtMs: entry.lastModifiedMs ?? (await files.lastModified(path)) }
    }
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw storeError(error, `Listing ${folder}`)
  }
}
