import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import type { EncoderOptions, TableEncoder, TableFormat } from './format/table-format.js'
import type { StagedFile, StagedOutput } from './staged-output.js'
import type { Cell, TableColumn } from './table-column.js'
import type { TableTarget } from './table-target.js'
import { written } from './written.js'

/** Loaders of data sets like files of some hundred megabytes. */
const SHARD_BYTES = 256_000_000

/** A file or stream that takes what an encoder gives. */
interface Sink {
  readonly sizeBytes: number
  write(chunk: string | Uint8Array): Promise<void>
  close(): Promise<void>
}

export interface TableFilesOptions extends EncoderOptions {
  readonly format: TableFormat
  readonly columns: readonly TableColumn[]
  /** Bytes after which a data set begins a new file. @default 256,000,000 */
  readonly shardBytes?: number | undefined
}

/** Writes the rows of a table: into a stream or a file, or into the files of a data set. */
export class TableFiles {
  /** Of what is complete. */
  sizeBytes = 0
  fileCount = 0
  readonly #open: () => Promise<Sink>
  readonly #options: TableFilesOptions
  readonly #shardBytes: number
  #current: { readonly sink: Sink; readonly encoder: TableEncoder } | undefined

  private constructor(open: () => Promise<Sink>, options: TableFilesOptions, shardBytes: number) {
    this.#open = open
    this.#options = options
    this.#shardBytes = shardBytes
  }

  /** @param folder of a data set, where it is staged */
  static async of(
    staged: StagedOutput,
    target: TableTarget,
    folder: string | undefined,
    options: TableFilesOptions,
  ): Promise<TableFiles> {
    if (target.type === 'stream')
      return new TableFiles(async () => streamSink(target.stream), options, Infinity)
    if (folder === undefined) return new TableFiles(() => staged.file(target.path), options, Infinity)
    await mkdir(join(folder, 'data'))
    const nextShard = async (): Promise<StagedFile> => {
      const number = String(files.fileCount).padStart(5, '0')
      return staged.open(join(folder, 'data', `rows-${number}${options.format.ending}`))
    }
    const files: TableFiles = new TableFiles(nextShard, options, options.shardBytes ?? SHARD_BYTES)
    return files
  }

  async write(rows: readonly (readonly Cell[])[]): Promise<void> {
    this.#current ??= await this.#begin()
    const { sink, encoder } = this.#current
    await sink.write(encoder.rows(rows))
    if (sink.sizeBytes >= this.#shardBytes) await this.#end()
  }

  /** A table without rows has its columns all the same. */
  async finish(): Promise<void> {
    if (this.#current === undefined && this.fileCount === 0) this.#current = await this.#begin()
    await this.#end()
  }

  async #begin() {
    const sink = await this.#open()
    const encoder = await this.#options.format.open(this.#options.columns, this.#options)
    await sink.write(encoder.begin())
    return { sink, encoder }
  }

  async #end(): Promise<void> {
    if (this.#current === undefined) return
    const { sink, encoder } = this.#current
    await sink.write(encoder.end())
    await sink.close()
    this.sizeBytes += sink.sizeBytes
    this.fileCount++
    this.#current = undefined
  }
}

function streamSink(stream: Writable): Sink {
  const sink = {
    sizeBytes: 0,
    async write(chunk: string | Uint8Array) {
      sink.sizeBytes += Buffer.byteLength(chunk)
      await written(stream, chunk)
    },
    close: () => Promise.resolve(),
  }
  return sink
}
