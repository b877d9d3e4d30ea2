import { Writable } from 'node:stream'
import { z } from 'zod'
import { check } from '../config/check-options.js'
import { TABLE_FORMAT_NAMES } from './format/table-formats.js'
import type { TableRequest } from './table-request.js'

const TABLE_REQUEST = {
  rows: z.string().min(1).optional(),
  to: z.custom(
    value => (typeof value === 'string' && value !== '') || value instanceof Writable,
    'Expected the path of a file or folder, or a Writable',
  ),
  format: z.enum(TABLE_FORMAT_NAMES).optional(),
  onlyAccepted: z.boolean().optional(),
  rejected: z.boolean().optional(),
  only: z.array(z.enum(['succeeded', 'failed', 'skipped', 'open'])).optional(),
  files: z.enum(['beside', 'inline', 'none']).optional(),
  force: z.boolean().optional(),
  escapeFormulas: z.boolean().optional(),
  byteOrderMark: z.boolean().optional(),
  shardBytes: z.int().min(1).optional(),
  onProgress: z.custom(value => typeof value === 'function', 'Expected a function').optional(),
  signal: z.custom<AbortSignal>(value => value instanceof AbortSignal, 'Expected an AbortSignal').optional(),
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkTableRequest(request: TableRequest): void {
  check(request, TABLE_REQUEST, 'movie.exportRows()')
}
