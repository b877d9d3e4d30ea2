import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { valueText } from '../../model/hash.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import type { BlobStore } from '../../storage/store.js'
import { ArtifactFileNames } from './artifact-file-name.js'
import { makeFolders } from './make-folders.js'
import { writableOr } from './writable-or.js'

/** What `movie.export()` has written. */
export interface ExportResult {
  /** Absolute. */
  readonly folder: string
  /** Artifacts that were written. */
  readonly exported: number
}

/** Of `movie.export()`. */
export async function exportArtifacts(
  artifacts: AsyncIterable<Pick<ArtifactRecord, 'artifactId' | 'value' | 'blob'>>,
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
    throw writableOr(error, `The artifacts cannot be written to ${folder}`)
  }
  return { folder, exported }
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
