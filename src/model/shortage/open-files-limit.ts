import { ShowrunnerError } from '../error/error.js'
import { canOpen } from './can-open.js'

/** Node alone takes some twenty; with fewer than these nothing can be loaded, however long it waits. */
export const LEAST_OPEN_FILES = 32
/** For each thread besides: its event loop, its reserve, and some for its jobs. */
export const THREAD_OPEN_FILES = 16
const SUGGESTED_OPEN_FILES = 1_024

/**
 * What to say when the limit of this process is below `least`: descriptors are waited for when others hold them, but
 * nobody gives back what is not there. Undefined when the limit is high enough, or not known.
 */
export function tooFewOpenFiles(least: number): ShowrunnerError | undefined {
  if (canOpen(least)) return undefined
  const limit = openFilesLimit()
  if (limit === undefined || limit >= least) return undefined
  return new ShowrunnerError(
    'OPEN_FILES_LIMIT',
    `This process may open ${limit} files at the same time, and at least ${least} are needed. Raise the limit (ulimit -n ${SUGGESTED_OPEN_FILES}), then run again: what is there is kept.`,
    { details: { limit, least } },
  )
}

/** So many of the wanted threads have the files that they need; at least one. */
export function threadsWithinLimit(wanted: number): number {
  if (canOpen(LEAST_OPEN_FILES + wanted * THREAD_OPEN_FILES)) return wanted
  const limit = openFilesLimit() ?? Number.POSITIVE_INFINITY
  return Math.max(1, Math.min(wanted, Math.floor((limit - LEAST_OPEN_FILES) / THREAD_OPEN_FILES)))
}

/** Of the operating system, for this process; undefined where it does not tell. */
function openFilesLimit(): number | undefined {
  // A report is made without opening a file.
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } }
  const soft = userLimits?.open_files?.soft
  return typeof soft === 'number' ? soft : undefined
}
