import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { FileWasNotFound, type StatEntry } from '@flystorage/file-storage'
import { LocalStorageAdapter } from '@flystorage/local-fs'
import { insideStore } from '../layout.js'
import { folderEntries } from './folder/folder-entries.js'
import { holdFolder } from './folder/held-folder.js'
import type { LocalFiles } from './local-files.js'

/**
 * FlyStorage's local adapter for what a store does through it: read, list, look at and delete files. It follows no
 * link below the root, opens nothing but files, and lists all of them. Writing is the job of {@link LocalFiles}.
 */
export class LocalAdapter extends LocalStorageAdapter {
  readonly #files: LocalFiles

  constructor(files: LocalFiles) {
    super(files.root)
    this.#files = files
  }

  /** Files and folders; links, FIFOs, sockets and devices are left out. Nothing when the folder is absent. */
  override async *list(path: string, { deep }: { deep: boolean }): AsyncGenerator<StatEntry> {
    const folders = [insideStore(path.replace(/\/$/, '')) || '.']
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      await using held = await holdFolder(this.#files.root, folder)
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

  override async read(path: string): Promise<Readable> {
    return Readable.from(this.#files.chunks(path, 0, Number.MAX_SAFE_INTEGER))
  }

  override async deleteFile(path: string): Promise<void> {
    await this.#files.delete(path)
  }

  override async fileExists(path: string): Promise<boolean> {
    return (await this.#files.stats(path)) !== undefined
  }

  override async stat(path: string): Promise<StatEntry> {
    const stats = await this.#files.stats(path)
    if (stats === undefined) throw FileWasNotFound.atLocation(path, {})
    const { size, mtimeMs: lastModifiedMs } = stats
    return { path, type: 'file', isFile: true, isDirectory: false, size, lastModifiedMs }
  }

  override async fileSize(path: string): Promise<number> {
    return ((await this.stat(path)) as { size: number }).size
  }

  override async lastModified(path: string): Promise<number> {
    return (await this.stat(path)).lastModifiedMs ?? 0
  }

  override write = refused
  override copyFile = refused
  override moveFile = refused
  override createDirectory = refused
  override deleteDirectory = refused
  override changeVisibility = refused
}

async function refused(): Promise<never> {
  throw new Error('Folders are written by LocalFiles alone. Please report this.')
}
