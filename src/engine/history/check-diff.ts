import { z } from 'zod'
import { check, moment } from '../config/check-options.js'
import type { DiffOptions } from './diff-options.js'

const signal = z
  .custom<AbortSignal>(value => value instanceof AbortSignal, 'Expected an AbortSignal')
  .optional()
const DIFF_OPTIONS = {
  from: moment,
  to: moment,
  other: z.string().min(1).optional(),
  signal,
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkDiffOptions(options: DiffOptions): void {
  check(options, DIFF_OPTIONS, 'movie.diff()')
}
