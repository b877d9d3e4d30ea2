import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { type FileHandle, rename } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { loadWithRoom } from '../../model/shortage/room-for-files.js'
import { withPatience } from '../../model/shortage/with-patience.js'
import type { Bytes } from '../bytes.js'
import type { EngineFiles } from '../engine-files.js'
import { insideStore, layout, temporaryName } from '../layout.js'
import { READ_CHUNK_BYTES } from '../log/append-file.js'
import { hasErrno, storeError } from '../store-error.js'
import type { ListedFile } from '../store-files.js'
import type { Durability } from '../store-options.js'
import { holdFolder } from './folder/held-folder.js'
import { LocalFolders } from './folder/local-folders.js'
import { lstatRegular, openRegularFile } from './folder/regular-file.js'
import { sweepTemporaries } from './folder/sweep-temporaries.js'
import { O_DSYNC } from './o-dsync.js'
import { openPatiently, readFolderPatiently } from './patient-file.js'
import { placeIfAbsent } from './place-if-absent.js'
import { readAhead } from './read-ahead.js'
import { shareFile } from './share-file.js'
import { removeQuietly, unlinkIfThere } from './unlink-files.js'

/**
 * Atomic, durable writes below one folder: every file appears whole (temporary file, fsync, then link or
 * rename, then fsync of the folder) or not at all. Paths are relative to that folder, with `/`. Below it no link is
 * followed, and nothing but a regular file is opened: whatever else has a file's name is a `STORE_FAILED`.
 */
export class LocalFiles implements EngineFiles {
  readonly root: string
  readonly isDurable: boolean
  readonly #folders: LocalFolders
  readonly #sweeping = new Map<string, Promise<void>>()

  /** `root` is absolute; it is made when the first file is. */
  constructor(root: string, durability: Durability) {
    this.root = root
    this.isDurable = durability === 'fdatasync'
    this.#folders = new LocalFolders(root, this.isDurable)
  }

  /** Absolute path of a path in the store, which never leads out of it. */
  resolve(path: string): string {
    return join(this.root, insideStore(path))
  }

  async create(path: string, bytes: Bytes): Promise<'created' | 'exists'> {
    if ((await this.size(path)) !== undefined) return 'exists'
    const temporary = await this.#writeTemporary(path, bytes)
    return this.#guard('Creating', path, async () => {
      try {
        const place = () => placeIfAbsent(temporary, this.resolve(path))
        if (!(await this.#folders.inFolderOf(path, place))) return 'exists'
      } finally {
        await removeQuietly(temporary)
      }
      await this.settle(path)
      return 'created'
    })
  }

  async replace(path: string, bytes: Bytes): Promise<void> {
    await this.writeThenPlace(path, bytes, async () => path)
  }

  async writeThenPlace(near: string, bytes: Bytes, place: () => Promise<string | undefined>): Promise<void> {
    const temporary = await this.#writeTemporary(near, bytes)
    await this.#guard('Writing', near, async () => {
      try {
        const path = await place()
        if (path === undefined) return await removeQuietly(temporary)
        await this.#folders.inFolderOf(path, () => rename(temporary, this.resolve(path)))
        await this.settle(path)
      } catch (error) {
        await removeQuietly(temporary)
        throw error
      }
    })
  }

  /** A descriptor of the file, created when absent, whose writes all go to its end. */
  async openForAppend(path: string): Promise<number> {
    const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = fs.constants
    // With O_DSYNC a write is durable when it returns, as if fdatasync followed: one trip to the disk thread, not two.
    const durable = this.isDurable ? (O_DSYNC ?? 0) : 0
    const flags = O_APPEND | O_CREAT | O_RDWR | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0) | durable
    return this.#guard('Opening', path, async () => {
      // Throws when something else than a file has the name.
      await this.stats(path)
      const descriptor = await this.#folders.inFolderOf(path, () =>
        withPatience(() => fs.openSync(this.resolve(path), flags, 0o666)),
      )
      try {
        await this.settle(path)
        return descriptor
      } catch (error) {
        fs.closeSync(descriptor)
        throw error
      }
    })
  }

  async size(path: string): Promise<number | undefined> {
    return (await this.stats(path))?.size
  }

  /** Of a file; undefined when it is absent. */
  async stats(path: string): Promise<fs.Stats | undefined> {
    return await this.#ifThere(path, () => lstatRegular(this.resolve(path)))
  }

  async *readRange(path: string, from: number, to: number): AsyncGenerator<Buffer> {
    if (to <= from) return
    const handle = await this.#guard('Reading', path, async () => {
      this.#folders.check(posix.dirname(path))
      return (await openRegularFile(this.resolve(path))).handle
    })
    const read = async (at: number) => {
      const chunk = Buffer.allocUnsafeSlow(Math.min(READ_CHUNK_BYTES, to - at))
      const { bytesRead } = await this.#guard('Reading', path, () => handle.read(chunk, 0, chunk.length, at))
      return chunk.subarray(0, bytesRead)
    }
    try {
      yield* readAhead(read, from, to)
    } finally {
      await handle.close()
    }
  }

  /** Undefined when there is no such file; whoever gets it closes it. */
  async openForReading(path: string): Promise<FileHandle | undefined> {
    return await this.#ifThere(path, async () => (await openRegularFile(this.resolve(path))).handle)
  }

  async read(path: string): Promise<Buffer | undefined> {
    return await this.#ifThere(path, async () => {
      const { handle } = await openRegularFile(this.resolve(path))
      try {
        return await handle.readFile()
      } finally {
        await handle.close()
      }
    })
  }

  async names(folder: string): Promise<string[]> {
    try {
      if (!this.#folders.check(folder || '.')) return []
      const entries = await readFolderPatiently(this.resolve(folder))
      return entries.map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) return []
      throw storeError(error, `Listing ${this.resolve(folder)}`)
    }
  }

  /** Links are no files. */
  async *list(folder: string): AsyncGenerator<ListedFile> {
    try {
      const { listFolder } = await loadWithRoom(() => import('./list-folder.js'))
      yield* listFolder(this.root, folder)
    } catch (error) {
      if (!hasErrno(error, 'ENOENT')) throw storeError(error, `Listing ${this.resolve(folder)}`)
    }
  }

  /** Removes the file, or the link that has its name, never what that points to; no matter when it is absent. */
  async delete(path: string): Promise<void> {
    await this.#guard('Deleting', path, async () => {
      await using folder = await holdFolder(this.root, posix.dirname(insideStore(path)))
      if (folder !== undefined) await unlinkIfThere(folder.entry(posix.basename(path)))
    })
  }

  share(from: string, to: string): Promise<boolean> {
    const link = () => shareFile(this.resolve(from), this.resolve(to))
    return this.#guard('Linking', to, async () => {
      this.#folders.check(posix.dirname(from))
      const isShared = await this.#folders.inFolderOf(to, link)
      if (isShared) await this.settle(to)
      return isShared
    })
  }

  async settle(path: string): Promise<void> {
    await this.#guard('Writing', path, () => this.#folders.sync(posix.dirname(path)))
  }

  async #writeTemporary(near: string, bytes: Bytes): Promise<string> {
    const slash = near.indexOf('/')
    const folder = slash === -1 ? '.' : layout.temporary(near.slice(0, slash))
    const path = posix.join(folder, temporaryName(process.pid, randomBytes(8).toString('hex')))
    const absolute = this.resolve(path)
    const handle = await this.#guard('Creating', path, async () => {
      if (slash !== -1 && !this.#folders.has(folder)) await this.#sweepOnce(folder)
      return this.#folders.inFolderOf(path, () => openPatiently(absolute, 'wx'))
    })
    try {
      await this.#writeAll(handle, path, bytes)
      await this.#guard('Writing', path, async () => {
        if (this.isDurable) await handle.sync()
        await handle.close()
      })
    } catch (error) {
      await handle.close().catch(() => undefined)
      await removeQuietly(absolute)
      throw error
    }
    return absolute
  }

  /** Shared by all who begin together: each sweep looks at every file that the others are writing. */
  async #sweepOnce(folder: string): Promise<void> {
    let sweeping = this.#sweeping.get(folder)
    if (sweeping === undefined) {
      sweeping = sweepTemporaries(this.root, folder).finally(() => this.#sweeping.delete(folder))
      this.#sweeping.set(folder, sweeping)
    }
    await sweeping
  }

  /** A source that fails is not the store's failure: its error passes as it is. */
  async #writeAll(handle: FileHandle, path: string, bytes: Bytes): Promise<void> {
    const write = (chunk: Uint8Array) => this.#guard('Writing', path, () => handle.writeFile(chunk))
    if (bytes instanceof Uint8Array) await write(bytes)
    else for await (const chunk of bytes) await write(chunk)
  }

  async #ifThere<Result>(path: string, look: () => Promise<Result>): Promise<Result | undefined> {
    return await this.#guard('Reading', path, async () => {
      if (!this.#folders.check(posix.dirname(insideStore(path)))) return undefined
      try {
        return await look()
      } catch (error) {
        if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return undefined
        throw error
      }
    })
  }

  async #guard<Result>(doing: string, path: string, act: () => Promise<Result>): Promise<Result> {
    try {
      return await act()
    } catch (error) {
      throw storeError(error, `${doing} ${this.resolve(path)}`)
    }
  }
}
