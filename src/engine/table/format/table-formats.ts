import { csvFormat } from './csv-format.js'
import { jsonlFormat } from './jsonl-format.js'
import { parquetFormat } from './parquet-format.js'
import type { TableFormat } from './table-format.js'

/** Of a table that is exported. */
export type TableFormatName = 'csv' | 'jsonl' | 'parquet'

export const TABLE_FORMATS: Readonly<Record<TableFormatName, TableFormat>> = {
  csv: csvFormat,
  jsonl: jsonlFormat,
  parquet: parquetFormat,
}

export const TABLE_FORMAT_NAMES = Object.keys(TABLE_FORMATS) as TableFormatName[]
