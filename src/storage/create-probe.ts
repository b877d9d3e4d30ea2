import * as crypto from 'node:crypto'
import type { StoreFiles } from './store-files.js'

/**
 * Creates one name twice, once in the life of a store. A store that says `created` both times would let two writers
 * into one log, and is refused before anything is written there.
 */
export class CreateProbe {
  readonly #create: StoreFiles['create']
  readonly #remove: (path: string) => Promise<void>
  readonly #refusal: () => Error
  #running: Promise<void> | undefined

  /** @param refusal what is thrown when the store does not keep create-if-absent */
  constructor(files: Pick<StoreFiles, 'create' | 'delete'>, refusal: () => Error) {
    this.#create = (path, bytes) => files.create(path, bytes)
    this.#remove = path => files.delete(path)
    this.#refusal = refusal
  }

  /** To be called before anything is created. @throws what the store throws, or the refusal */
  async pass(): Promise<void> {
    this.#running ??= this.#run()
    try {
      await this.#running
    } catch (error) {
      // The next one asks again: the network may be back.
      this.#running = undefined
      throw error
    }
  }

  async #run(): Promise<void> {
    const path = `.showrunner-probe/${crypto.randomUUID()}`
    const first = await this.#create(path, Buffer.from('first'))
    const second = await this.#create(path, Buffer.from('second'))
    await this.#remove(path).catch(() => undefined)
    if (first !== 'created' || second !== 'exists') throw this.#refusal()
  }
}
