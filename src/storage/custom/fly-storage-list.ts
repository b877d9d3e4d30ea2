import type { FileStorage } from '@flystorage/file-storage'
import type { ListedFile } from '../store-files.js'

/** Every file that FlyStorage finds in a folder and below it. */
export async function* flyStorageList(storage: FileStorage, folder: string): AsyncGenerator<ListedFile> {
  for await (const { path, isFile, ...entry } of storage.list(folder, { deep: true })) {
    if (!isFile) continue
    const sizeBytes = ('size' in entry ? entry.size : undefined) ?? (await storage.fileSize(path))
    yield { path, sizeBytes, modifiedAtMs: entry.lastModifiedMs ?? (await storage.lastModified(path)) }
  }
}
