import type { Stats } from 'node:fs'
import { ShowrunnerError } from '../../../model/error/error.js'

/** What stands in the place of a file or a folder of the store. */
type EntryKind = 'file' | 'folder' | 'link' | 'FIFO' | 'socket' | 'device'

export function entryKind(found: Stats): EntryKind {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'folder'
  if (found.isSymbolicLink()) return 'link'
  if (found.isFIFO()) return 'FIFO'
  return found.isSocket() ? 'socket' : 'device'
}

/** `details.found` says what is there. */
export function oddEntry(absolute: string, found: EntryKind, expected: 'file' | 'folder'): ShowrunnerError {
  const wayOut =
    found === 'link'
      ? `Nothing below the store's root is read, written or deleted through a link: put the ${expected} itself in its place, or use a store whose root lies where the link points.`
      : `Move it away, and restore the ${expected} from a copy if there was one.`
  return new ShowrunnerError(
    'STORE_FAILED',
    `${absolute} is a ${found}, and a ${expected} of the store belongs there. ${wayOut}`,
    { details: { path: absolute, found, expected } },
  )
}
