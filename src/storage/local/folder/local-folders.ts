import { lstatSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { hasErrno, storeError } from '../../store-error.js'
import { openPatiently } from '../patient-file.js'
import { entryKind, oddEntry } from './odd-entry.js'

/** A folder of a store that was found to be one is looked at again after this. */
export const FOLDER_CHECK_KEEP_MS = 10
/** Folders of a store that a process knows to be there; older ones are looked for again. A movie with large blobs has 260. */
const KNOWN_FOLDERS_LIMIT_COUNT = 4_096

/**
 * The folders below one root. None of them is used while it is a link: each is looked at before its first use, and
 * again after FOLDER_CHECK_KEEP_MS. They are made durably and once; later calls for the same folder cost nothing, as
 * long as it is among the KNOWN_FOLDERS_LIMIT_COUNT newest.
 */
export class LocalFolders {
  readonly #root: string
  readonly #isDurable: boolean
  /** Those that are being made, and those that are. */
  readonly #made = new Map<string, Promise<void> | 'made'>()
  /** When a folder was last seen to be one, on the monotonic clock. */
  readonly #seenAtMs = new Map<string, number>()
  /** Of folders whose fsync has failed. */
  readonly #lost = new Map<string, Error>()

  constructor(root: string, isDurable: boolean) {
    this.#root = root
    this.#isDurable = isDurable
  }

  has(folder: string): boolean {
    return this.#made.has(folder)
  }

  /**
   * False when it is absent. Synchronous: looking at a folder takes some microseconds, a trip to a thread many.
   * @throws ShowrunnerError `STORE_FAILED` when it, or one above it, is no folder; the system's own errors
   */
  check(folder: string): boolean {
    // The root may be a link, since the user chose it.
    if (folder === '.' || this.#isSeen(folder)) return true
    if (!this.check(posix.dirname(folder))) return false
    const absolute = join(this.#root, folder)
    const found = lstatSync(absolute, { throwIfNoEntry: false })
    if (found === undefined) return false
    if (!found.isDirectory()) throw oddEntry(absolute, entryKind(found), 'folder')
    this.#seenAtMs.set(folder, performance.now())
    dropOldest(this.#seenAtMs)
    return true
  }

  /** Runs `act` with the folder of `path` in place, also when it was removed since this object made it. */
  async inFolderOf<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
    const folder = posix.dirname(path)
    try {
      await this.#ensure(folder)
      return await act()
    } catch (error) {
      if (!hasErrno(error, 'ENOENT')) throw error
      this.#made.clear()
      this.#seenAtMs.clear()
      await this.#ensure(folder)
      return act()
    }
  }

  /**
   * Makes a folder's entries (new names, renames) durable. A failure stays: the system tells of a write that was
   * lost once, and the next fsync would succeed without it.
   */
  async sync(folder: string): Promise<void> {
    if (!this.#isDurable) return
    const lost = this.#lost.get(folder)
    if (lost !== undefined) throw lost
    await this.#syncOnce(folder, join(this.#root, folder))
  }

  async #syncOnce(folder: string, absolute: string): Promise<void> {
    try {
      await syncFolder(absolute)
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) throw error
      const failure = storeError(error, `Syncing the folder ${absolute}`)
      this.#lost.set(folder, failure)
      throw failure
    }
  }

  #isSeen(folder: string): boolean {
    const seenAtMs = this.#seenAtMs.get(folder)
    return seenAtMs !== undefined && performance.now() - seenAtMs < FOLDER_CHECK_KEEP_MS
  }

  async #ensure(folder: string): Promise<void> {
    const known = this.#made.get(folder)
    if (known !== undefined) {
      await known
      if (this.check(folder)) return
      this.#made.delete(folder)
      return await this.#ensure(folder)
    }
    const making = folder === '.' ? this.#makeRoot() : this.#makeFolder(folder)
    this.#made.set(folder, making)
    dropOldest(this.#made)
    try {
      await making
      if (this.#made.get(folder) === making) this.#made.set(folder, 'made')
    } catch (error) {
      this.#made.delete(folder)
      throw error
    }
  }

  async #makeRoot(): Promise<void> {
    const first = await mkdir(this.#root, { recursive: true })
    if (first === undefined || !this.#isDurable) return
    for (let made = this.#root; made.length >= first.length; made = dirname(made)) {
      await this.#syncOnce('.', dirname(made))
    }
  }

  async #makeFolder(folder: string): Promise<void> {
    const parent = posix.dirname(folder)
    await this.#ensure(parent)
    await mkdir(join(this.#root, folder)).catch(error => {
      if (!hasErrno(error, 'EEXIST')) throw error
    })
    this.check(folder)
    // Also for a folder that was there: whoever made it may not have come this far.
    await this.sync(parent)
  }
}

/** A process may use thousands of movies, and each has some folders. */
function dropOldest(folders: Map<string, unknown>): void {
  if (folders.size <= KNOWN_FOLDERS_LIMIT_COUNT) return
  for (const oldest of folders.keys()) {
    folders.delete(oldest)
    return
  }
}

/** Some file systems (FUSE, SMB) have no fsync of folders: there is nothing that could be waited for. */
async function syncFolder(absolute: string): Promise<void> {
  const handle = await openPatiently(absolute, 'r')
  try {
    await handle.sync().catch(error => {
      if (!hasErrno(error, 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error
    })
  } finally {
    await handle.close()
  }
}
