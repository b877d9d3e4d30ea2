import { lstat, mkdir, open } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { ShowrunnerError } from '../model/error.js'
import { hasErrno } from './store-error.js'

/** Makes the folders below one root, durably and once; later calls for the same folder cost nothing. */
export class LocalFolders {
  readonly #root: string
  readonly #isDurable: boolean
  readonly #made = new Map<string, Promise<void>>()

  constructor(root: string, isDurable: boolean) {
    this.#root = root
    this.#isDurable = isDurable
  }

  has(folder: string): boolean {
    return this.#made.has(folder)
  }

  /** Runs `act` with the folder of `path` in place, also when it was removed since this object made it. */
  async inFolderOf<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
    const folder = posix.dirname(path)
    await this.#ensure(folder)
    try {
      return await act()
    } catch (error) {
      if (!hasErrno(error, 'ENOENT')) throw error
      this.#made.clear()
      await this.#ensure(folder)
      return act()
    }
  }

  /** Makes a folder's entries (new names, renames) durable. */
  async sync(folder: string): Promise<void> {
    if (this.#isDurable) await syncFolder(join(this.#root, folder))
  }

  #ensure(folder: string): Promise<void> {
    const known = this.#made.get(folder)
    if (known !== undefined) return known
    const made = folder === '.' ? this.#makeRoot() : this.#makeFolder(folder)
    this.#made.set(folder, made)
    made.catch(() => this.#made.delete(folder))
    return made
  }

  async #makeRoot(): Promise<void> {
    const first = await mkdir(this.#root, { recursive: true })
    if (first === undefined || !this.#isDurable) return
    for (let made = this.#root; made.length >= first.length; made = dirname(made)) {
      await syncFolder(dirname(made))
    }
  }

  async #makeFolder(folder: string): Promise<void> {
    const parent = posix.dirname(folder)
    await this.#ensure(parent)
    const absolute = join(this.#root, folder)
    await mkdir(absolute).catch(error => {
      if (!hasErrno(error, 'EEXIST')) throw error
    })
    if (!(await lstat(absolute)).isDirectory()) {
      throw new ShowrunnerError(
        'STORE_FAILED',
        `${absolute} is not a folder but a file or a link. Nothing is written through a link, so that a movie stays in its folder. Put a folder in its place, or use a store whose root lies where the link points.`,
      )
    }
    // Also for a folder that was there: whoever made it may not have come this far.
    await this.sync(parent)
  }
}

async function syncFolder(absolute: string): Promise<void> {
  const handle = await open(absolute, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
