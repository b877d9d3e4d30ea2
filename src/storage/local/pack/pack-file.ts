import * as fs from 'node:fs'
import { storeError } from '../../store-error.js'
import type { LocalFiles } from '../local-files.js'
import { O_DSYNC } from '../o-dsync.js'
import type { GrowingFile } from './growing-pack-writer.js'

/** A pack that this process has made and alone writes: it grows at its end. */
export class PackFile implements GrowingFile {
  readonly absolute: string
  readonly #descriptor: number
  readonly #needsSync: boolean

  private constructor(absolute: string, descriptor: number, needsSync: boolean) {
    this.absolute = absolute
    this.#descriptor = descriptor
    this.#needsSync = needsSync
  }

  /** Makes the file, and its name durable. */
  static async create(files: LocalFiles, path: string): Promise<PackFile> {
    const descriptor = await files.openForAppend(path)
    return new PackFile(files.resolve(path), descriptor, files.isDurable && O_DSYNC === undefined)
  }

  /** Durable when it resolves. @throws ShowrunnerError `STORE_FULL`, `STORE_FAILED`; some of it may be there then */
  async append(chunks: readonly Uint8Array[]): Promise<void> {
    for (let rest = chunks; rest.length > 0; ) rest = without(rest, await this.#write(rest))
    if (this.#needsSync) await this.#call(done => fs.fdatasync(this.#descriptor, done))
  }

  /** Cuts off what a failed append has left. */
  async truncate(sizeBytes: number): Promise<void> {
    await this.#call(done => fs.ftruncate(this.#descriptor, sizeBytes, done))
  }

  /** Bytes in it; undefined when its name was taken away, and what is written would be lost at the end. */
  get sizeBytes(): number | undefined {
    const { nlink, size } = fs.fstatSync(this.#descriptor)
    return nlink === 0 ? undefined : size
  }

  async remove(): Promise<void> {
    await this.#call(done => fs.unlink(this.absolute, done))
  }

  async close(): Promise<void> {
    await this.#call(done => fs.close(this.#descriptor, done))
  }

  #write(chunks: readonly Uint8Array[]): Promise<number> {
    return new Promise((resolve, reject) => {
      fs.writev(this.#descriptor, chunks as Uint8Array[], null, (error, writtenBytes) => {
        if (error) reject(storeError(error, `Appending to ${this.absolute}`))
        else resolve(writtenBytes)
      })
    })
  }

  #call(act: (done: (error: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) =>
      act(error => (error ? reject(storeError(error, `Writing ${this.absolute}`)) : resolve())),
    )
  }
}

/** What is left of chunks when so many of their bytes have been written. */
function without(chunks: readonly Uint8Array[], writtenBytes: number): readonly Uint8Array[] {
  let written = writtenBytes
  let index = 0
  while (index < chunks.length && written >= chunks[index]!.length) written -= chunks[index++]!.length
  const rest = chunks.slice(index)
  return written === 0 ? rest : [rest[0]!.subarray(written), ...rest.slice(1)]
}
