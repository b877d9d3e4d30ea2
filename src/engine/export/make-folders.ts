import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** One by one: asked for all at once, Node tries for ever where the system takes no folder, as in /proc. */
export async function makeFolders(folder: string): Promise<void> {
  const isThere = await stat(folder).then(
    found => found.isDirectory(),
    () => false,
  )
  if (isThere) return
  if (dirname(folder) !== folder) await makeFolders(dirname(folder))
  await mkdir(folder).catch(error => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
}
