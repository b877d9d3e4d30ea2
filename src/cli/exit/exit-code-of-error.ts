import { type ErrorCode, isShowrunnerError } from '../../index.js'
import { EXIT } from './exit-code.js'

const BUSY = new Set<ErrorCode>(['MOVIE_BUSY', 'WRITER_FENCED', 'MANIFEST_CONFLICT', 'EDIT_CONFLICT'])
const BROKEN = new Set<ErrorCode>([
  'PROBE_FAILED',
  'LOG_CORRUPT',
  'MANIFEST_CORRUPT',
  'BLOB_CORRUPT',
  'BLOB_MISSING',
  'STORE_FULL',
  'STORE_FAILED',
  'FLEET_UNREACHABLE',
  'APPEND_UNRESOLVED',
  'OPEN_FILES_LIMIT',
  'WRITER_CLOSED',
  'ENGINE_CLOSED',
  'INTERNAL',
])

/** What an error ends the command with. */
export function exitCodeOfError(error: unknown): number {
  if (!isShowrunnerError(error)) return EXIT.failed
  if (BUSY.has(error.code)) return EXIT.busy
  return BROKEN.has(error.code) ? EXIT.failed : EXIT.usage
}
