import { z } from 'zod'
import { check } from '../config/check-options.js'
import type { DiffOptions } from './diff-options.js'

const signal = z
  .custom<AbortSignal>(value => value instanceof AbortSignal, 'Expected an AbortSignal')
  .optional()
const moment = z.union(
  [z.int().min(0), z.string().min(1), z.date()],
  'Expected the number of an event, the id of a run, or a time',
)
const DIFF_OPTIONS = {
  from: moment.optional(),
  to: moment.optional(),
  other: z.string().min(1).optional(),
  signal,
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkDiffOptions(options: DiffOptions): void {
  check(options, DIFF_OPTIONS, 'movie.diff()')
}
