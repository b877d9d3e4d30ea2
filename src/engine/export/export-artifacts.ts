import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isShowrunnerError, ShowrunnerError } from '../../model/error/error.js'
import { valueText } from '../../model/hash.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import type { BlobStore } from '../../storage/store.js'
import { ArtifactFileNames } from './artifact-file-name.js'

export interface ExportResult {
  /** Absolute. */
  readonly folder: string
  /** Artifacts that were written. */
  readonly exported: number
}

/** Of `movie.export()`. */
export async function exportArtifacts(
  artifacts: AsyncIterable<ArtifactRecord>,
  blobs: BlobStore,
  to: string,
): Promise<ExportResult> {
  const folder = resolve(to)
  const names = new ArtifactFileNames()
  let exported = 0
  try {
    await makeFolders(folder)
    for await (const record of artifacts) {
      const bytes = record.blob ? blobs.readStream(record.blob) : [valueText(record.value ?? null)]
      await writeWhole(join(folder, names.nameOf(record)), bytes)
      exported++
    }
  } catch (error) {
    throw isOfFileSystem(error) ? unwritable(folder, error) : error
  }
  return { folder, exported }
}

/** One by one: asked for all at once, Node tries for ever where the system takes no folder, as in /proc. */
async function makeFolders(folder: string): Promise<void> {
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

const isOfFileSystem = (error: unknown): boolean =>
  !isShowrunnerError(error) && typeof (error as NodeJS.ErrnoException).syscall === 'string'

/** Puts the file system's own refusals into words. */
function unwritable(folder: string, cause: unknown): ShowrunnerError {
  return new ShowrunnerError(
    'USAGE_INVALID',
    `The artifacts cannot be written to ${folder}: ${(cause as Error).message}. Choose another folder, or make space.`,
    { cause },
  )
}

/**
 * Written beside its name and then moved there: a file that is there is replaced whole, and a link, FIFO or device of
 * that name is replaced itself, and never written through.
 */
async function writeWhole(path: string, bytes: Iterable<string> | AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.part`)
  try {
    await pipeline(Readable.from(bytes), createWriteStream(temporary, { flags: 'wx' }))
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
}
