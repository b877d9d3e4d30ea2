import { csvFormat } from './csv-format.js'
import { jsonlFormat } from './jsonl-format.js'
import { parquetFormat } from './parquet-format.js'
import type { TableFormat } from './table-format.js'

export const TABLE_FORMATS = { csv: csvFormat, jsonl: jsonlFormat, parquet: parquetFormat } satisfies Record<
  string,
  TableFormat
>

/** Of a table that is exported. */
export type TableFormatName = keyof typeof TABLE_FORMATS

export const TABLE_FORMAT_NAMES = Object.keys(TABLE_FORMATS) as TableFormatName[]
