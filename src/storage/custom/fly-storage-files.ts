import { Readable } from 'node:stream'
import type { FileStorage } from '@flystorage/file-storage'
import type { Bytes } from '../bytes.js'
import type { ListedFile, StoreFiles } from '../store-files.js'
import { flyStorageList } from './fly-storage-list.js'

const PLAIN = { mimeType: 'application/octet-stream' }

/** What FlyStorage has no word for. */
export interface FlyStorageOptions {
  /**
   * Create-if-absent by the service's own condition (`If-None-Match: *`, `x-goog-if-generation-match: 0`); see
   * {@link StoreFiles.create}. FlyStorage's `write` replaces what is there.
   */
  create(path: string, bytes: Bytes): Promise<'created' | 'exists'>
  /**
   * Reads a part of a file; without it a file is read from its beginning.
   * @default skips what comes before `from`
   */
  readRange?(path: string, from: number, to: number): AsyncIterable<Uint8Array>
}

/**
 * Files of any FlyStorage adapter (Azure, Google Cloud, …) whose writes replace a file as a whole, as those of object
 * stores do. Run `storeContract` of `showrunner/testing` over them before you trust them with a movie.
 * @param storage a `FileStorage` of `@flystorage/file-storage`
 */
export function flyStorageFiles(storage: FileStorage, options: FlyStorageOptions): StoreFiles {
  const size = async (path: string) =>
    (await storage.fileExists(path)) ? await storage.fileSize(path) : undefined
  return {
    create: (path, bytes) => options.create(path, bytes),
    async replace(path, bytes) {
      // FlyStorage takes no bare Uint8Array.
      await storage.write(
        path,
        bytes instanceof Uint8Array ? Buffer.from(bytes) : Readable.from(bytes),
        PLAIN,
      )
    },
    size,
    async read(path) {
      try {
        return await storage.readToUint8Array(path)
      } catch (error) {
        if (await storage.fileExists(path)) throw error
        return undefined
      }
    },
    readRange: (path, from, to) => options.readRange?.(path, from, to) ?? part(storage, path, from, to),
    async names(folder) {
      const start = folder === '' ? 0 : folder.length + 1
      const names: string[] = []
      for await (const { path, isFile } of storage.list(folder)) {
        const name = path.slice(start).replace(/\/$/, '')
        names.push(isFile ? name : `${name}/`)
      }
      return names
    },
    list: (folder): AsyncIterable<ListedFile> => flyStorageList(storage, folder),
    async delete(path) {
      if (await storage.fileExists(path)) await storage.deleteFile(path)
    },
  }
}

async function* part(
  storage: FileStorage,
  path: string,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const chunk of await storage.read(path)) {
    const bytes = chunk as Uint8Array
    const piece = bytes.subarray(Math.max(0, from - at), Math.max(0, to - at))
    at += bytes.length
    if (piece.length > 0) yield piece
    if (at >= to) return
  }
}
