import { constants, existsSync } from 'node:fs'
import { type FileHandle, lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasErrno } from '../../store-error.js'
import { openPatiently } from '../patient-file.js'
import { entryKind, oddEntry } from './odd-entry.js'

/** Linux: a name below an open folder is looked up in that folder, whatever became of its path meanwhile. */
const OPEN_FILES = '/proc/self/fd'
const canHold = process.platform === 'linux' && existsSync(OPEN_FILES)
const FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0)
const NO_LINK = constants.O_NOFOLLOW ?? 0

/** A folder below a store's root that was reached without following a link. */
export interface HeldFolder extends AsyncDisposable {
  /** Path of the folder itself, for `opendir`. */
  readonly path: string
  /** Path of an entry: on Linux it stays in this very folder, though a link take the folder's place. */
  entry(name: string): string
}

/**
 * Goes down from the root, component by component. On Linux each is opened below the one before it, as openat(2)
 * does, so that nobody can slip a link in between; elsewhere each is looked at just before.
 * @param root absolute; may itself be a link, since the user chose it
 * @param folder relative to the root; '.' is the root
 * @returns undefined when it is absent
 * @throws ShowrunnerError `STORE_FAILED` when a component is a link or no folder; the system's own errors
 */
export async function holdFolder(root: string, folder: string): Promise<HeldFolder | undefined> {
  const parts = folder === '.' || folder === '' ? [] : folder.split('/')
  return canHold ? await openDown(root, parts) : await lookDown(root, parts)
}

async function openDown(root: string, parts: readonly string[]): Promise<HeldFolder | undefined> {
  let handle = await openFolder(root, FOLDER, root)
  let absolute = root
  for (const part of parts) {
    if (handle === undefined) return undefined
    absolute = join(absolute, part)
    const above: FileHandle = handle
    try {
      handle = await openFolder(`${OPEN_FILES}/${above.fd}/${part}`, FOLDER | NO_LINK, absolute)
    } finally {
      await above.close()
    }
  }
  if (handle === undefined) return undefined
  const held = handle
  const path = `${OPEN_FILES}/${held.fd}`
  return {
    path,
    entry: name => `${path}/${name}`,
    [Symbol.asyncDispose]: () => held.close(),
  }
}

async function openFolder(path: string, flags: number, absolute: string): Promise<FileHandle | undefined> {
  try {
    return await openPatiently(path, flags)
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined
    if (hasErrno(error, 'ELOOP', 'ENOTDIR')) await requireFolder(path, absolute)
    throw error
  }
}

async function lookDown(root: string, parts: readonly string[]): Promise<HeldFolder | undefined> {
  let absolute = root
  for (const part of parts) {
    absolute = join(absolute, part)
    try {
      await requireFolder(absolute, absolute)
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) return undefined
      throw error
    }
  }
  return { path: absolute, entry: name => join(absolute, name), async [Symbol.asyncDispose]() {} }
}

async function requireFolder(path: string, absolute: string): Promise<void> {
  const found = await lstat(path)
  if (!found.isDirectory()) throw oddEntry(absolute, entryKind(found), 'folder')
}
