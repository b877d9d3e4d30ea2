import * as fs from 'node:fs'
import { dirname } from 'node:path'
import type { Appender, AppendFile } from '../log/append-file.js'
import { storeError } from '../store-error.js'
import type { LocalFiles } from './local-files.js'
import { O_DSYNC } from './o-dsync.js'

/** An {@link AppendFile} on a local disk: `O_APPEND` and `O_DSYNC`, one durable write an append. */
export class LocalAppendFile implements AppendFile {
  readonly path: string
  readonly #files: LocalFiles
  readonly #absolute: string

  constructor(files: LocalFiles, path: string) {
    this.path = path
    this.#files = files
    this.#absolute = files.resolve(path)
  }

  size(): Promise<number | undefined> {
    return this.#files.size(this.path)
  }

  chunks(from: number, to: number): AsyncIterable<Buffer> {
    return this.#files.readRange(this.path, from, to)
  }

  create(bytes: AsyncIterable<Uint8Array>): Promise<'created' | 'exists'> {
    return this.#files.create(this.path, bytes)
  }

  async openAppender(): Promise<Appender> {
    const descriptor = await this.#files.openForAppend(this.path)
    const needsSync = this.#files.isDurable && O_DSYNC === undefined
    return new LocalAppender(descriptor, this.#absolute, needsSync)
  }

  watch(onChange: () => void): () => void {
    // A folder can be watched before the log is in it; without a folder, polling finds both.
    try {
      const watcher = fs.watch(dirname(this.#absolute), onChange)
      watcher.on('error', () => watcher.close())
      return () => watcher.close()
    } catch {
      return () => undefined
    }
  }
}

class LocalAppender implements Appender {
  readonly #descriptor: number
  readonly #absolute: string
  readonly #needsSync: boolean
  #isClosed = false

  constructor(descriptor: number, absolute: string, needsSync: boolean) {
    this.#descriptor = descriptor
    this.#absolute = absolute
    this.#needsSync = needsSync
  }

  append(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(storeError(error, `Appending to ${this.#absolute}`))
      fs.write(this.#descriptor, bytes, 0, bytes.length, null, (error, writtenBytes) => {
        if (error) return fail(error)
        // Writing the rest would put it after whatever another writer appended in between.
        if (writtenBytes !== bytes.length) return fail(shortWrite(writtenBytes, bytes.length))
        if (!this.#needsSync) return resolve()
        fs.fdatasync(this.#descriptor, error => (error ? fail(error) : resolve()))
      })
    })
  }

  size(): number {
    return fs.fstatSync(this.#descriptor).size
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await new Promise<void>((resolve, reject) =>
      fs.close(this.#descriptor, error =>
        error ? reject(storeError(error, `Closing ${this.#absolute}`)) : resolve(),
      ),
    )
  }
}

/** POSIX: a write to a file is short when the space ends in the middle of it. */
function shortWrite(writtenBytes: number, sizeBytes: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`ENOSPC: ${writtenBytes} of ${sizeBytes} bytes were written`), {
    code: 'ENOSPC',
  })
}
