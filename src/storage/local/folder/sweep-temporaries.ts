import { unlink } from 'node:fs/promises'
import { isTemporaryName } from '../../layout.js'
import { folderEntries } from './folder-entries.js'
import { holdFolder } from './held-folder.js'

/** Temporary files untouched for so long belong to a writer that died. */
const TEMPORARY_KEEP_MS = 24 * 60 * 60_000

/** Removes what writers left that were killed in the middle of a file, and nothing that they cannot have left. */
export async function sweepTemporaries(root: string, folder: string): Promise<void> {
  await using held = await holdFolder(root, folder)
  if (held === undefined) return
  for await (const { name, stats } of folderEntries(held)) {
    const isOld = Date.now() - stats.mtimeMs > TEMPORARY_KEEP_MS
    if (isOld && stats.isFile() && isTemporaryName(name))
      await unlink(held.entry(name)).catch(() => undefined)
  }
}
