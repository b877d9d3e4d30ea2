import { randomBytes } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { MovieId } from '../../../model/id.js'
import { isBlobPackName, layout } from '../../layout.js'
import type { LocalFiles } from '../../local/local-files.js'
import { PackFile } from './pack-file.js'
import { PackWriter } from './pack-writer.js'

/** The packs of a movie, or of a cache, in a folder of their own. Nothing in it is reached through a link. */
export class PackFolder {
  readonly #movie: MovieId | undefined
  readonly #files: LocalFiles

  constructor(movie: MovieId | undefined, files: LocalFiles) {
    this.#movie = movie
    this.#files = files
  }

  get isDurable(): boolean {
    return this.#files.isDurable
  }

  /** Path in the store. */
  pathOf(name: string): string {
    return layout.blobPack(this.#movie, name)
  }

  /** In order of their age; other files are left alone. */
  async names(): Promise<string[]> {
    return (await this.#files.names(layout.blobPacks(this.#movie))).filter(isBlobPackName).sort()
  }

  /** Undefined when there is no such file. */
  async openForReading(name: string): Promise<FileHandle | undefined> {
    return await this.#files.openForReading(this.pathOf(name))
  }

  /** A name that nobody else takes: milliseconds since 1970 in base 36, and a random tail. */
  async create(): Promise<PackWriter> {
    const startedAt = Date.now().toString(36).padStart(9, '0')
    const name = `${startedAt}-${randomBytes(6).toString('hex')}.pack`
    return new PackWriter(name, await PackFile.create(this.#files, this.pathOf(name)))
  }

  /** Makes sure that a name somebody else has made stays after a power loss. */
  async settle(name: string): Promise<void> {
    await this.#files.settle(this.pathOf(name))
  }

  async remove(name: string): Promise<void> {
    await this.#files.delete(this.pathOf(name))
  }
}
