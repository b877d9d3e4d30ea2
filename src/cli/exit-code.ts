import type { RunResult } from '../engine/run/run-result.js'
import { type ErrorCode, isShowrunnerError } from '../model/error/error.js'

/** Exit codes, as promised in the README. */
export const EXIT = { done: 0, failed: 1, usage: 2, busy: 3, budget: 4, service: 6, cancelled: 130 } as const

export function exitCodeOfRun({ status, stopReason }: Pick<RunResult, 'status' | 'stopReason'>): number {
  switch (status) {
    case 'succeeded':
      return EXIT.done
    case 'failed':
      return EXIT.failed
    case 'stopped':
      return exitCodeOfStop(stopReason)
    case 'cancelled':
      return EXIT.cancelled
  }
}

function exitCodeOfStop(reason: RunResult['stopReason']): number {
  switch (reason) {
    case 'budget':
      return EXIT.budget
    case 'outage':
    case 'refused':
      return EXIT.service
    case 'fail_fast':
    case undefined:
      return EXIT.failed
  }
}

const BUSY = new Set<ErrorCode>(['MOVIE_BUSY', 'WRITER_FENCED', 'MANIFEST_CONFLICT', 'EDIT_CONFLICT'])
const BROKEN = new Set<ErrorCode>([
  'PROBE_FAILED',
  'LOG_CORRUPT',
  'MANIFEST_CORRUPT',
  'BLOB_CORRUPT',
  'BLOB_MISSING',
  'STORE_FULL',
  'STORE_FAILED',
  'APPEND_UNRESOLVED',
  'WRITER_CLOSED',
  'ENGINE_CLOSED',
  'INTERNAL',
])

export function exitCodeOfError(error: unknown): number {
  if (!isShowrunnerError(error)) return EXIT.failed
  if (BUSY.has(error.code)) return EXIT.busy
  return BROKEN.has(error.code) ? EXIT.failed : EXIT.usage
}
