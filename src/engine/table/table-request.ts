import type { Writable } from 'node:stream'
import type { RowFacts } from '../movie/movie-row.js'
import type { TableFormatName } from './format/table-formats.js'

/** Where the bytes of outputs go: into files `beside` the table, which has their paths; `inline`; or `none` are written. */
export type FilePlace = 'beside' | 'inline' | 'none'

/** How a row stands. */
export type RowStatus = RowFacts['status']

/** What `movie.exportRows()` is to write. */
export interface TableRequest {
  /** The loop whose elements are the rows. @default the outermost loop of the last run, when it is the only one */
  readonly rows?: string | undefined
  /**
   * A file; a folder for a data set, with a slash at its end; or a stream, which is not ended.
   */
  readonly to: string | Writable
  /** @default by the file's ending; Parquet for a folder, CSV for a stream */
  readonly format?: TableFormatName | undefined
  /** Only rows of these statuses. @default all */
  readonly only?: readonly RowStatus[] | undefined
  /** Of a loop with `until`, only the elements that are accepted. @default false */
  readonly onlyAccepted?: boolean | undefined
  /**
   * Only rows with an answer that a check, or the provider itself, has rejected while none is accepted; columns that begin
   * with `rejected.` have these answers and the reasons. @default false
   */
  readonly rejected?: boolean | undefined
  /** @default 'beside' */
  readonly files?: FilePlace | undefined
  /** Replace what is there. @default false */
  readonly force?: boolean | undefined
  /** CSV: put a `'` before texts that a spreadsheet would run as formulas. @default false */
  readonly escapeFormulas?: boolean | undefined
  /** CSV: begin with a byte order mark, by which Excel knows UTF-8. @default false */
  readonly byteOrderMark?: boolean | undefined
  /** Of a data set: bytes after which another file begins. @default 256,000,000 */
  readonly shardBytes?: number | undefined
  /** Told from time to time how far it is. */
  readonly onProgress?: ((progress: TableProgress) => void) | undefined
  /** Aborting it ends the export, and the call with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** How far an export is. */
export interface TableProgress {
  /** Rows that were read. */
  readonly rows: number
  /** Rows in all. */
  readonly total: number
}

/** What `movie.exportRows()` has written. */
export interface TableResult {
  /** The loop whose elements are the rows. */
  readonly loop: string
  /** Of the file. */
  readonly format: TableFormatName
  /** Absolute, of the file or folder; absent for a stream. */
  readonly path?: string
  /** Rows that were written. */
  readonly rows: number
  /** Rows that `only`, `onlyAccepted` and `rejected` have left out. */
  readonly leftOut: number
  /** In the order of the file. */
  readonly columns: readonly string[]
  /** Files of outputs beside the table. */
  readonly files: number
  /** Of the table and the files. */
  readonly sizeBytes: number
}
