import { randomBytes } from 'node:crypto'
import { createWriteStream, type WriteStream } from 'node:fs'
import { lstat, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { ShowrunnerError } from '../../model/error/error.js'
import { makeFolders } from '../export/make-folders.js'
import { written } from './written.js'

/**
 * Files and folders that appear at their places together, once they are complete. Until then they stand beside them
 * under hidden names; what is not committed is removed. To be disposed of.
 */
export class StagedOutput implements AsyncDisposable {
  readonly #mayReplace: boolean
  readonly #mark = randomBytes(6).toString('hex')
  readonly #staged = new Map<string, string>()
  readonly #streams = new Set<WriteStream>()

  /** @param mayReplace what is at a place may be replaced */
  constructor(mayReplace: boolean) {
    this.#mayReplace = mayReplace
  }

  /** @throws ShowrunnerError `USAGE_INVALID` when there is something that must not be replaced */
  async claim(path: string): Promise<void> {
    if (this.#mayReplace || (await lstat(path).catch(() => undefined)) === undefined) return
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `${path} is there already. Choose another name, or replace it with --force ("force: true").`,
      { details: { path } },
    )
  }

  /** A file in place of the one at `path`. */
  async file(path: string): Promise<StagedFile> {
    await this.claim(path)
    await makeFolders(dirname(path))
    return this.open(this.#stage(path))
  }

  /** A folder in place of the one at `path`. @returns where it is for now */
  async folder(path: string): Promise<string> {
    await this.claim(path)
    await makeFolders(dirname(path))
    const staged = this.#stage(path)
    await mkdir(staged)
    return staged
  }

  /** A file in a staged folder. */
  open(path: string): StagedFile {
    const stream = createWriteStream(path, { flags: 'wx' })
    // What it fails with is thrown by the next write or by close.
    stream.on('error', () => {})
    this.#streams.add(stream)
    return new StagedFile(stream, () => this.#streams.delete(stream))
  }

  /** Puts everything into its place, in the order in which it was asked for. */
  async commit(): Promise<void> {
    for (const [path, staged] of this.#staged) {
      await this.claim(path)
      // A folder that is there cannot be renamed over.
      if (this.#mayReplace && (await isFolder(path))) await rm(path, { recursive: true })
      await rename(staged, path)
      this.#staged.delete(path)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stream of this.#streams) {
      stream.destroy()
      await finished(stream).catch(() => undefined)
    }
    for (const staged of this.#staged.values()) await rm(staged, { recursive: true, force: true })
    this.#staged.clear()
  }

  #stage(path: string): string {
    const staged = join(dirname(path), `.${basename(path)}.${this.#mark}.part`)
    this.#staged.set(path, staged)
    return staged
  }
}

const isFolder = (path: string): Promise<boolean> =>
  lstat(path).then(
    found => found.isDirectory(),
    () => false,
  )

/** A file that is being written. */
export class StagedFile {
  sizeBytes = 0
  readonly #stream: WriteStream
  readonly #closed: () => void

  constructor(stream: WriteStream, closed: () => void) {
    this.#stream = stream
    this.#closed = closed
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    if (this.#stream.errored) throw this.#stream.errored
    this.sizeBytes += Buffer.byteLength(chunk)
    await written(this.#stream, chunk)
  }

  async close(): Promise<void> {
    this.#stream.end()
    await finished(this.#stream)
    this.#closed()
  }
}
