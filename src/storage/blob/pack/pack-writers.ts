import type { PackFolder } from './pack-folder.js'
import type { PackWriter } from './pack-writer.js'

/** Packs that one thread keeps open for writing, of all its movies. */
export const BLOB_PACK_WRITER_LIMIT = 16

/** The packs that are open for writing in one thread, of all movies: each holds a descriptor. */
export class PackWriters {
  readonly #open = new Set<PackWriter>()

  async open(folder: PackFolder): Promise<PackWriter> {
    if (this.#open.size >= BLOB_PACK_WRITER_LIMIT) {
      const idle = [...this.#open].find(writer => writer.isIdle)
      if (idle !== undefined) await this.close(idle)
    }
    const writer = await folder.create()
    this.#open.add(writer)
    return writer
  }

  async close(writer: PackWriter): Promise<void> {
    await writer.close()
    this.#open.delete(writer)
  }
}
