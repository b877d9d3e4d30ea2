import type { Cell, TableColumn } from '../table-column.js'

/** Encodes rows. Text or bytes that it gives are to be written one after the other. */
export interface TableEncoder {
  begin(): string | Uint8Array
  /** May keep rows back until there are enough of them. */
  rows(rows: readonly (readonly Cell[])[]): string | Uint8Array
  end(): string | Uint8Array
}

export interface EncoderOptions {
  /** CSV: a text that a spreadsheet would run as a formula gets a `'` before it. */
  readonly escapeFormulas: boolean
  /** CSV: begins with a byte order mark, by which Excel knows UTF-8. */
  readonly byteOrderMark: boolean
}

/** A format of tables. */
export interface TableFormat {
  /** Of a file's name, with its dot. */
  readonly ending: string
  /** A cell may hold bytes; otherwise they are text. */
  readonly holdsBytes: boolean
  open(columns: readonly TableColumn[], options: EncoderOptions): Promise<TableEncoder>
}
