import pLimit from 'p-limit'
import { type PackFolder, PackGoneError, type ReadablePack } from './pack-folder.js'

interface OpenPack {
  readonly opening: Promise<ReadablePack | undefined>
  users: number
}

/** Reads packs by few descriptors: those used last stay open. */
export class OpenPacks {
  readonly #folder: PackFolder
  readonly #open = new Map<string, OpenPack>()
  #isClosed = false
  readonly #limit: ReturnType<typeof pLimit>

  constructor(folder: PackFolder) {
    this.#folder = folder
    this.#limit = pLimit(folder.readsAtOnce)
  }

  /** Undefined when there is no such pack. */
  use<Result>(name: string, act: (pack: ReadablePack) => Promise<Result>): Promise<Result | undefined> {
    return this.#limit(async () => {
      const pack = this.#take(name)
      try {
        const readable = await pack.opening
        return readable && (await act(readable))
      } catch (error) {
        if (!(error instanceof PackGoneError)) throw error
        this.#open.delete(name)
        return undefined
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
      const opening = this.#folder.open(name)
      pack = { opening, users: 0 }
      // What could not be opened is tried again by the next.
      opening.then(
        readable => readable === undefined && this.#open.delete(name),
        () => this.#open.delete(name),
      )
    }
    // After the others: the first is the one that was not used for longest.
    this.#open.delete(name)
    this.#open.set(name, pack)
    pack.users++
    return pack
  }

  /** No more are in use than reads are under way. */
  #makeRoom(): void {
    for (const [name, pack] of this.#open) {
      if (this.#open.size < this.#folder.readsAtOnce) return
      if (pack.users > 0) continue
      this.#open.delete(name)
      void close(pack)
    }
  }
}

async function close({ opening }: OpenPack): Promise<void> {
  await opening.then(readable => readable?.close()).catch(() => undefined)
}
