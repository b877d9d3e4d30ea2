import { unlink } from 'node:fs/promises'
import { hasErrno } from '../store-error.js'

/** Removes a name; one that is absent is no error. */
export async function unlinkIfThere(absolute: string): Promise<void> {
  await unlink(absolute).catch(error => {
    if (!hasErrno(error, 'ENOENT')) throw error
  })
}

/** Whatever happens. */
export async function removeQuietly(absolute: string): Promise<void> {
  await unlink(absolute).catch(() => undefined)
}
