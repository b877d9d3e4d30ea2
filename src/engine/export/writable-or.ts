import { isShowrunnerError, ShowrunnerError } from '../../model/error/error.js'

/**
 * Puts the file system's own refusals into words; other errors stay as they are.
 * @param problem what cannot be done, and where
 */
export function writableOr(error: unknown, problem: string): unknown {
  if (isShowrunnerError(error) || typeof (error as NodeJS.ErrnoException).syscall !== 'string') return error
  return new ShowrunnerError(
    'USAGE_INVALID',
    `${problem}: ${(error as Error).message}. Choose another folder, or make space.`,
    { cause: error },
  )
}
