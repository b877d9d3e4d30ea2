import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat } from 'node:fs/promises'
import { hasErrno } from '../../store-error.js'
import { openPatiently } from '../patient-file.js'
import { entryKind, oddEntry } from './odd-entry.js'

/**
 * A link is not followed, and a FIFO or a device does not block: it is opened, recognised and closed.
 * Both flags are missing on Windows.
 */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * Opens a file for reading, and nothing else that may have its name.
 * @throws ShowrunnerError `STORE_FAILED` for a link, FIFO, socket, device or folder; the system's own errors
 */
export async function openRegularFile(absolute: string): Promise<{ handle: FileHandle; sizeBytes: number }> {
  const handle = await openPatiently(absolute, READ).catch(async error => {
    // ELOOP: a link. ENXIO: a socket, or a device without a driver.
    if (hasErrno(error, 'ELOOP', 'ENXIO', 'EMLINK')) await lstatRegular(absolute)
    throw error
  })
  try {
    const found = await handle.stat()
    if (!found.isFile()) throw oddEntry(absolute, entryKind(found), 'file')
    return { handle, sizeBytes: found.size }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** @throws ShowrunnerError `STORE_FAILED` for anything but a file; the system's own errors */
export async function lstatRegular(absolute: string): Promise<Stats> {
  const found = await lstat(absolute)
  if (!found.isFile()) throw oddEntry(absolute, entryKind(found), 'file')
  return found
}
