import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ShowrunnerError } from '../../model/error/error.js'
import { ArtifactFileNames } from '../export/artifact-file-name.js'
import type { TableFormat } from './format/table-format.js'
import type { StagedOutput } from './staged-output.js'
import type { CellBlob, PlaceBlob, TableLayout } from './table-layout.js'
import type { TableRequest } from './table-request.js'
import type { TableTarget } from './table-target.js'

/** Where the bytes of a table go. */
export interface BlobPlacement {
  readonly place: PlaceBlob
  /** The table itself has them, as bytes. */
  readonly holdsBytes: boolean
  /** Those beside the table. */
  readonly files?: BlobFiles
}

/**
 * Files go into a folder of the table's name, `products.csv` and `products-files/`, or into `files/` of a data set.
 * @param folder of a data set, where it is staged
 * @throws ShowrunnerError `USAGE_INVALID` for files beside a stream
 */
export async function blobPlacement(
  staged: StagedOutput,
  target: TableTarget,
  folder: string | undefined,
  { files = 'beside' }: Pick<TableRequest, 'files'>,
  format: TableFormat,
  { columns }: TableLayout,
): Promise<BlobPlacement> {
  const hasFiles = columns.some(({ type }) => type === 'bytes')
  if (!hasFiles || files === 'none') return { place: byHash, holdsBytes: false }
  if (files === 'inline')
    return { place: format.holdsBytes ? asBytes : asDataUrl, holdsBytes: format.holdsBytes }
  if (target.type === 'stream')
    throw new ShowrunnerError(
      'USAGE_INVALID',
      'The table has files, which cannot go into a stream. Write it to a file, or choose --inline or --no-files (files: "inline", "none").',
    )
  const blobs = await openBlobFiles(staged, target.path, folder)
  return { place: blobs.place, holdsBytes: false, files: blobs }
}

async function openBlobFiles(
  staged: StagedOutput,
  path: string,
  folder: string | undefined,
): Promise<BlobFiles> {
  if (folder !== undefined) {
    await mkdir(join(folder, 'files'))
    return new BlobFiles(join(folder, 'files'), 'files/')
  }
  const name = `${basename(path).replace(/\.[^.]*$/, '')}-files`
  return new BlobFiles(await staged.folder(join(dirname(path), name)), `${name}/`)
}

/** They stand in the table as the SHA-256 by which the movie's store knows them. */
const byHash: PlaceBlob = ({ blob }) => Promise.resolve(blob.hash)

/** As they are, for a format that holds bytes. */
const asBytes: PlaceBlob = ({ blob }) => blob.bytes()

/** As a data URL, for a format of text. */
const asDataUrl: PlaceBlob = async ({ blob }) =>
  `data:${blob.mimeType};base64,${Buffer.from(await blob.bytes()).toString('base64')}`

/** Writes them as files into a folder, which stand in the table by their paths. */
class BlobFiles {
  count = 0
  sizeBytes = 0
  readonly #folder: string
  readonly #shown: string
  readonly #names = new ArtifactFileNames()

  /** @param shown the folder as paths in the table have it, with a slash at the end */
  constructor(folder: string, shown: string) {
    this.#folder = folder
    this.#shown = shown
  }

  readonly place: PlaceBlob = async cell => {
    const name = await this.#write(cell, this.#names.nameOf(cell))
    this.count++
    this.sizeBytes += cell.blob.sizeBytes
    return this.#shown + name
  }

  /** Names of different artifacts may become the same. */
  async #write(cell: CellBlob, name: string, copy = 1): Promise<string> {
    const tried = copy === 1 ? name : name.replace(/(?=\.[^.]*$)/, `~${copy}`)
    try {
      await pipeline(
        Readable.from(cell.blob.stream()),
        createWriteStream(join(this.#folder, tried), { flags: 'wx' }),
      )
      return tried
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      return await this.#write(cell, name, copy + 1)
    }
  }
}
