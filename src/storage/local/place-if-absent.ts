import { link, rename, unlink } from 'node:fs/promises'
import { hasErrno } from '../store-error.js'
import { openPatiently } from './patient-file.js'

/** exFAT, some FUSE, SMB and virtiofs folders. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']

/** Whether link(2) failed because the file system has no hard links. */
export const hasNoLinks = (error: unknown): boolean => hasErrno(error, ...NO_LINKS)

/**
 * Gives a whole file its name unless that is taken; of many exactly one succeeds. By link(2), which readers see as
 * one step. Without hard links an empty file claims the name and is replaced at once: whoever dies between these two
 * calls leaves it empty. Another name of the file may be left to be removed.
 */
export async function placeIfAbsent(temporary: string, absolute: string): Promise<boolean> {
  try {
    await link(temporary, absolute)
    return true
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false
    if (!hasNoLinks(error)) throw error
  }
  try {
    await (await openPatiently(absolute, 'wx')).close()
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false
    throw error
  }
  try {
    await rename(temporary, absolute)
  } catch (error) {
    await unlink(absolute).catch(() => undefined)
    throw error
  }
  return true
}
