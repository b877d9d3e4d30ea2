import { posix } from 'node:path'
import type { StatEntry } from '@flystorage/file-storage'
import { LocalStorageAdapter } from '@flystorage/local-fs'
import { insideStore } from '../layout.js'
import { folderEntries } from './folder/folder-entries.js'
import { holdFolder } from './folder/held-folder.js'

/**
 * FlyStorage's local adapter, for listings: it follows no link below the root, and lists nothing but files and folders.
 * What is opened, written or deleted goes through `LocalFiles`.
 */
export class LocalAdapter extends LocalStorageAdapter {
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
