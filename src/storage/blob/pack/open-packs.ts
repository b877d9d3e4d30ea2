import { fstatSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import pLimit from 'p-limit'
import { storeError } from '../../store-error.js'
import { BLOB_PACK_READ_CONCURRENCY } from './pack-file.js'
import type { PackFolder } from './pack-folder.js'
import type { ReadBytes } from './pack-scan.js'

/** A pack that is open for reading. */
export interface ReadablePack {
  readonly read: ReadBytes
  sizeBytes(): number
  /** Its name was taken away: a new version of what is in it is elsewhere. */
  isDeleted(): boolean
  /** Makes durable what is in it. */
  sync(): Promise<void>
}

interface OpenPack {
  readonly opening: Promise<FileHandle | undefined>
  users: number
}

/** Reads packs by few descriptors: those used last stay open. */
export class OpenPacks {
  readonly #folder: PackFolder
  readonly #open = new Map<string, OpenPack>()
  #isClosed = false
  readonly #limit = pLimit(BLOB_PACK_READ_CONCURRENCY)

  constructor(folder: PackFolder) {
    this.#folder = folder
  }

  /** Undefined when there is no such pack. */
  use<Result>(name: string, act: (pack: ReadablePack) => Promise<Result>): Promise<Result | undefined> {
    return this.#limit(async () => {
      const pack = this.#take(name)
      try {
        const handle = await pack.opening
        return handle && (await act(readable(handle, this.#folder.pathOf(name))))
      } finally {
        pack.users--
        if (this.#isClosed) await this.#closeIdle()
      }
    })
  }

  /** Closes what is open, and what is in use as soon as it is not. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#closeIdle()
  }

  async #closeIdle(): Promise<void> {
    for (const [name, pack] of this.#open) {
      if (pack.users > 0) continue
      this.#open.delete(name)
      await close(pack)
    }
  }

  #take(name: string): OpenPack {
    let pack = this.#open.get(name)
    if (pack === undefined) {
      this.#makeRoom()
      const opening = this.#folder.openForReading(name)
      pack = { opening, users: 0 }
      // What could not be opened is tried again by the next.
      opening.then(
        handle => handle === undefined && this.#open.delete(name),
        () => this.#open.delete(name),
      )
    }
    // Behind the others: the first is the one that was not used for longest.
    this.#open.delete(name)
    this.#open.set(name, pack)
    pack.users++
    return pack
  }

  /** No more are in use than reads are under way. */
  #makeRoom(): void {
    for (const [name, pack] of this.#open) {
      if (this.#open.size < BLOB_PACK_READ_CONCURRENCY) return
      if (pack.users > 0) continue
      this.#open.delete(name)
      void close(pack)
    }
  }
}

async function close({ opening }: OpenPack): Promise<void> {
  await opening.then(handle => handle?.close()).catch(() => undefined)
}

function readable(handle: FileHandle, path: string): ReadablePack {
  return {
    read: async (from, to) => {
      const bytes = Buffer.allocUnsafeSlow(Math.max(0, to - from))
      let length = 0
      try {
        while (length < bytes.length) {
          const { bytesRead } = await handle.read(bytes, length, bytes.length - length, from + length)
          if (bytesRead === 0) break
          length += bytesRead
        }
      } catch (error) {
        throw storeError(error, `Reading ${path}`)
      }
      return bytes.subarray(0, length)
    },
    sizeBytes: () => fstatSync(handle.fd).size,
    isDeleted: () => fstatSync(handle.fd).nlink === 0,
    sync: async () => {
      try {
        await handle.datasync()
      } catch (error) {
        throw storeError(error, `Writing ${path}`)
      }
    },
  }
}
