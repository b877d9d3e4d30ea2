import { fstatSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { MovieId } from '../../../model/id.js'
import type { PackFolder, ReadablePack } from '../../blob/pack/pack-folder.js'
import { newPackName } from '../../blob/pack/pack-name.js'
import type { PackWriter } from '../../blob/pack/pack-writer.js'
import { isBlobPackName, layout } from '../../layout.js'
import { storeError } from '../../store-error.js'
import type { LocalFiles } from '../local-files.js'
import { GrowingPackWriter } from './growing-pack-writer.js'
import { PackFile } from './pack-file.js'

/** The packs of a movie, or of a cache, in a folder of their own. Nothing in it is reached through a link. */
export class LocalPackFolder implements PackFolder {
  readonly looksFirst = true
  /** Each takes a descriptor. */
  readonly readsAtOnce = 8
  readonly smallBytes = 32 * 1024 * 1024
  readonly groupBytes = 0
  readonly #movie: MovieId | undefined
  readonly #files: LocalFiles

  constructor(movie: MovieId | undefined, files: LocalFiles) {
    this.#movie = movie
    this.#files = files
  }

  get isDurable(): boolean {
    return this.#files.isDurable
  }

  pathOf(name: string): string {
    return layout.blobPack(this.#movie, name)
  }

  async names(): Promise<string[]> {
    return (await this.#files.names(layout.blobPacks(this.#movie))).filter(isBlobPackName).sort()
  }

  async open(name: string): Promise<ReadablePack | undefined> {
    const path = this.pathOf(name)
    const handle = await this.#files.openForReading(path)
    return handle && readable(handle, path)
  }

  async create(): Promise<PackWriter> {
    const name = newPackName()
    return new GrowingPackWriter(name, await PackFile.create(this.#files, this.pathOf(name)))
  }

  async settle(name: string): Promise<void> {
    await this.#files.settle(this.pathOf(name))
  }

  async remove(name: string): Promise<void> {
    await this.#files.delete(this.pathOf(name))
  }
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
    close: () => handle.close(),
  }
}
