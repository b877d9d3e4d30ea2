import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { hasErrno } from '../../store-error.js'
import { openFolderPatiently } from '../patient-file.js'

/** Entries of a folder that are looked at together. */
const LIST_CHUNK_ENTRIES = 256

/** A folder, and the paths of what is in it. */
interface FolderPath {
  readonly path: string
  entry(name: string): string
}

export interface FolderEntry {
  readonly name: string
  readonly stats: Stats
}

/**
 * Everything in one folder, in any order, a part at a time; what vanishes meanwhile is left out.
 * Not `opendir({ recursive: true })`: on Node 20 that ends after 32 entries a folder.
 */
export async function* folderEntries(folder: FolderPath): AsyncGenerator<FolderEntry> {
  let names: string[] = []
  for await (const { name } of await openFolderPatiently(folder.path, { bufferSize: LIST_CHUNK_ENTRIES })) {
    names.push(name)
    if (names.length < LIST_CHUNK_ENTRIES) continue
    yield* await lookedAt(folder, names)
    names = []
  }
  yield* await lookedAt(folder, names)
}

async function lookedAt(folder: FolderPath, names: readonly string[]): Promise<FolderEntry[]> {
  const found = await Promise.all(
    names.map(async name => {
      try {
        return { name, stats: await lstat(folder.entry(name)) }
      } catch (error) {
        if (hasErrno(error, 'ENOENT')) return undefined
        throw error
      }
    }),
  )
  return found.filter(entry => entry !== undefined)
}
