import { posix } from 'node:path'
import { FileStorage, type StatEntry } from '@flystorage/file-storage'
import { LocalStorageAdapter } from '@flystorage/local-fs'
import { flyStorageList } from '../custom/fly-storage-list.js'
import { insideStore } from '../layout.js'
import type { ListedFile } from '../store-files.js'
import { folderEntries } from './folder/folder-entries.js'
import { holdFolder } from './folder/held-folder.js'

/**
 * All files in a folder below `root`, and in the folders below it. In a module of its own: FlyStorage takes as long to
 * load as all the rest of a short command, so it is loaded when it is used.
 */
export function listFolder(root: string, folder: string): AsyncIterable<ListedFile> {
  return flyStorageList(new FileStorage(new LocalAdapter(root)), folder)
}

/**
 * FlyStorage's local adapter, for listings: it follows no link below the root, and lists nothing but files and folders.
 * What is opened, written or deleted goes through `LocalFiles`.
 */
class LocalAdapter extends LocalStorageAdapter {
  readonly #root: string

  /** `root` is absolute. */
  constructor(root: string) {
    super(root)
    this.#root = root
  }

  /** Links, FIFOs, sockets and devices are left out. Nothing when the folder is absent. */
  override async *list(path: string, { deep }: { deep: boolean }): AsyncGenerator<StatEntry> {
    const folders = [insideStore(path.replace(/\/$/, '')) || '.']
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      await using held = await holdFolder(this.#root, folder)
      if (held === undefined) continue
      for await (const { name, stats } of folderEntries(held)) {
        const entry = { path: posix.join(folder, name), lastModifiedMs: stats.mtimeMs }
        if (stats.isFile())
          yield { ...entry, type: 'file', isFile: true, isDirectory: false, size: stats.size }
        if (!stats.isDirectory()) continue
        yield { ...entry, type: 'directory', isFile: false, isDirectory: true }
        if (deep) folders.push(entry.path)
      }
    }
  }
}
