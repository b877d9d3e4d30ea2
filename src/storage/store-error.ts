import { isShowrunnerError, ShowrunnerError } from '../model/error/error.js'

/**
 * An I/O failure in the words of this package; errors of this package pass unchanged,
 * also from under FlyStorage's.
 * `doing` names the action and the path: "Appending to /movies/atlas/events.jsonl".
 */
export function storeError(error: unknown, doing: string): ShowrunnerError {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (isShowrunnerError(cause)) return cause
  const errno = errnoOf(error)
  const reason = error instanceof Error ? error.message : String(error)
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return new ShowrunnerError(
      'STORE_FULL',
      `${doing} failed: no space is left (${reason}). Everything acknowledged before is kept. Make space, then run again to continue.`,
      { cause: error, details: { errno } },
    )
  }
  return new ShowrunnerError('STORE_FAILED', `${doing} failed: ${reason}. ${wayOut(errno)}`, {
    cause: error,
    details: { errno: errno ?? null },
  })
}

/** The system's error code, also of an error that FlyStorage has wrapped. */
function errnoOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException
    if (code !== undefined && (syscall !== undefined || /^E[A-Z0-9]+$/.test(code))) return code
  }
  return undefined
}

export function hasErrno(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(errnoOf(error) ?? '')
}

function wayOut(errno: string | undefined): string {
  switch (errno) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'Give this user the right to write there, or choose another store, then run again to continue.'
    case 'EMFILE':
    case 'ENFILE':
      return 'Raise the limit of open files (ulimit -n), or lower the concurrency, then run again to continue.'
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
      return 'A file is where a folder is needed, or the other way round: move it away, then run again.'
    case 'ELOOP':
      return 'A symbolic link is where a file of the store is needed: move it away, then run again.'
    default:
      return 'Check the path and the device, then run again to continue.'
  }
}
