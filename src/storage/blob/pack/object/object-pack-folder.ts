import { ShowrunnerError } from '../../../../model/error/error.js'
import type { MovieId } from '../../../../model/id.js'
import type { EngineFiles } from '../../../engine-files.js'
import { isBlobPackName, layout } from '../../../layout.js'
import type { PackFolder, ReadablePack } from '../pack-folder.js'
import { newPackName } from '../pack-name.js'
import type { PackWriter } from '../pack-writer.js'
import { ObjectPack } from './object-pack.js'
import { ObjectPackWriter } from './object-pack-writer.js'
import { PutTurns } from './put-turns.js'

/** The packs of a movie where files cannot grow: each batch of small blobs is an object of its own. */
export class ObjectPackFolder implements PackFolder {
  readonly isDurable = true
  /** Storing costs one request a batch: whatever others may have stored is not asked for. */
  readonly looksFirst = false
  readonly readsAtOnce = 16
  readonly smallBytes = 16 * 1024 * 1024
  readonly groupBytes = 32 * 1024 * 1024
  readonly #movie: MovieId
  readonly #files: EngineFiles
  readonly #turns = new PutTurns()
  /** As listed, or written here. */
  readonly #sizes = new Map<string, number>()

  constructor(movie: MovieId, files: EngineFiles) {
    this.#movie = movie
    this.#files = files
  }

  pathOf(name: string): string {
    return layout.blobPack(this.#movie, name)
  }

  async names(): Promise<string[]> {
    const folder = layout.blobPacks(this.#movie)
    const names: string[] = []
    for await (const { path, sizeBytes } of this.#files.list(folder)) {
      const name = path.slice(folder.length + 1)
      if (!isBlobPackName(name)) continue
      this.#sizes.set(name, sizeBytes)
      names.push(name)
    }
    return names.sort()
  }

  async open(name: string): Promise<ReadablePack | undefined> {
    const path = this.pathOf(name)
    const sizeBytes = this.#sizes.get(name) ?? (await this.#files.size(path))
    return sizeBytes === undefined ? undefined : new ObjectPack(this.#files, path, sizeBytes)
  }

  async create(): Promise<PackWriter> {
    const name = newPackName()
    return new ObjectPackWriter(name, bytes => this.#put(name, bytes), this.#turns)
  }

  async settle(): Promise<void> {}

  async remove(name: string): Promise<void> {
    this.#sizes.delete(name)
    await this.#files.delete(this.pathOf(name))
  }

  async #put(name: string, bytes: Buffer): Promise<void> {
    const path = this.pathOf(name)
    if ((await this.#files.create(path, bytes)) === 'exists') throw taken(path)
    this.#sizes.set(name, bytes.length)
  }
}

/** Twelve random hex digits in the same millisecond: it is far more likely that the store has made a mistake. */
const taken = (path: string): ShowrunnerError =>
  new ShowrunnerError(
    'STORE_FAILED',
    `Creating ${path} failed: an object has that name, although it was made up a moment ago. Nothing was overwritten; run again to continue.`,
    { details: { path } },
  )
