import { link } from 'node:fs/promises'
import { hasErrno } from '../store-error.js'
import { hasNoLinks } from './place-if-absent.js'

/** Another name of the same file, by link(2); it has that name already when the call is repeated. False: no links here. */
export async function shareFile(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return true
    // A file can have only so many names.
    if (hasNoLinks(error) || hasErrno(error, 'EMLINK', 'EXDEV')) return false
    throw error
  }
}
