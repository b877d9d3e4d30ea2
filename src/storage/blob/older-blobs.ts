import type { MovieId } from '../../model/id.js'
import type { EngineFiles } from '../engine-files.js'
import { layout } from '../layout.js'
import type { OtherBlobs } from './pack/blob-packs.js'

/** Small blobs that an earlier version has stored, in a file each. */
export class OlderBlobs implements OtherBlobs {
  readonly #movie: MovieId | undefined
  readonly #files: EngineFiles
  #folders: ReadonlySet<string> = new Set()

  constructor(movie: MovieId | undefined, files: EngineFiles) {
    this.#movie = movie
    this.#files = files
  }

  async load(): Promise<void> {
    this.#folders = new Set(await this.#files.names(layout.blobs(this.#movie)))
  }

  mayHold(hash: string): boolean {
    return this.#folders.size > 0 && this.#folders.has(`${hash.slice(0, 2)}/`)
  }

  async holds(hash: string, bytes: Uint8Array): Promise<boolean> {
    const path = layout.blob(this.#movie, hash)
    if ((await this.#files.size(path)) !== bytes.length) return false
    if ((await this.#files.read(path))?.equals(bytes) !== true) return false
    await this.#files.settle(path)
    return true
  }
}
