import { type Spooled, spool } from '../blob/spool.js'
import type { Bytes } from '../bytes.js'
import { CreateProbe } from '../create-probe.js'
import type { EngineFiles } from '../engine-files.js'
import { insideStore } from '../layout.js'
import { storeError } from '../store-error.js'
import type { ListedFile, StoreFiles } from '../store-files.js'

/**
 * Somebody else's {@link StoreFiles} as storage uses them: paths stay inside the store, a source that breaks reaches
 * nobody's file, failures are errors of this package, and create-if-absent is tried once before it is relied on.
 */
export class GuardedFiles implements EngineFiles {
  readonly #files: StoreFiles
  readonly #probe: CreateProbe

  /** @param refusal what is thrown when `create` does not keep its promise */
  constructor(files: StoreFiles, refusal: () => Error) {
    this.#files = files
    this.#probe = new CreateProbe(files, refusal)
  }

  async create(path: string, bytes: Bytes): Promise<'created' | 'exists'> {
    insideStore(path)
    await using whole = await spool(bytes)
    return await this.#guard('Creating', path, async () => {
      await this.#probe.pass()
      return await this.#files.create(path, whole.body())
    })
  }

  async replace(path: string, bytes: Bytes): Promise<void> {
    insideStore(path)
    await using whole = await spool(bytes)
    await this.#write(path, whole)
  }

  async writeThenPlace(_near: string, bytes: Bytes, place: () => Promise<string | undefined>): Promise<void> {
    await using whole = await spool(bytes)
    const path = await place()
    if (path !== undefined) await this.#write(insideStore(path), whole)
  }

  async settle(): Promise<void> {}

  async size(path: string): Promise<number | undefined> {
    return await this.#guard('Reading', path, () => this.#files.size(insideStore(path)))
  }

  async read(path: string): Promise<Buffer | undefined> {
    const bytes = await this.#guard('Reading', path, () => this.#files.read(insideStore(path)))
    // Whoever reads may change what it gets, and a store may give what it keeps.
    return bytes && Buffer.from(bytes)
  }

  async *readRange(path: string, from: number, to: number): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.#files.readRange(insideStore(path), from, to)) yield Buffer.from(chunk)
    } catch (error) {
      throw storeError(error, `Reading ${path}`)
    }
  }

  async names(folder: string, after?: string): Promise<string[]> {
    return await this.#guard('Listing', folder, () => this.#files.names(insideStore(folder), after))
  }

  async *list(folder: string): AsyncGenerator<ListedFile> {
    try {
      yield* this.#files.list(insideStore(folder))
    } catch (error) {
      throw storeError(error, `Listing ${folder}`)
    }
  }

  async delete(path: string): Promise<void> {
    await this.#guard('Deleting', path, () => this.#files.delete(insideStore(path)))
  }

  async #write(path: string, whole: Spooled): Promise<void> {
    await this.#guard('Writing', path, () => this.#files.replace(path, whole.body()))
  }

  async #guard<Result>(doing: string, path: string, act: () => Promise<Result>): Promise<Result> {
    try {
      return await act()
    } catch (error) {
      throw storeError(error, `${doing} ${path}`)
    }
  }
}
