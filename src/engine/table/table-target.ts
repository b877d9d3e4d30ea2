import { basename, extname, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { ShowrunnerError } from '../../model/error/error.js'
import { TABLE_FORMAT_NAMES, TABLE_FORMATS, type TableFormatName } from './format/table-formats.js'
import type { TableRequest } from './table-request.js'

/** Where a table goes. */
export type TableTarget =
  | { readonly type: 'stream'; readonly stream: Writable }
  | { readonly type: 'file' | 'folder'; readonly path: string }

/**
 * What is to be written where, before anything is read.
 * @throws ShowrunnerError `USAGE_INVALID`
 */
export function tableTarget({ to, format }: Pick<TableRequest, 'to' | 'format'>): {
  readonly target: TableTarget
  readonly format: TableFormatName
} {
  if (typeof to !== 'string') return { target: { type: 'stream', stream: to }, format: format ?? 'csv' }
  const path = resolve(to)
  if (/[/\\]$/.test(to)) return { target: { type: 'folder', path }, format: format ?? 'parquet' }
  const ending = extname(path).toLowerCase()
  const byEnding = TABLE_FORMAT_NAMES.find(name => TABLE_FORMATS[name].ending === ending)
  const chosen = format ?? byEnding
  if (chosen !== undefined) return { target: { type: 'file', path }, format: chosen }
  const endings = TABLE_FORMAT_NAMES.map(name => TABLE_FORMATS[name].ending)
  throw new ShowrunnerError(
    'USAGE_INVALID',
    `Which format is "${basename(path)}"? Give it one of the endings ${endings.join(', ')}, or name the format; for a data set in a folder, end the name with a slash.`,
  )
}
