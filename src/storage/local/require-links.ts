import { randomBytes } from 'node:crypto'
import { link } from 'node:fs/promises'
import { ShowrunnerError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import { layout, temporaryName } from '../layout.js'
import { storeError } from '../store-error.js'
import type { LocalFiles } from './local-files.js'
import { hasNoLinks } from './place-if-absent.js'

/**
 * Tries link(2) once. A log of segments cannot do without: a segment that is claimed and empty, because its writer
 * died, could be neither read nor replaced.
 * @throws ShowrunnerError `STORE_UNSUPPORTED`
 */
export async function requireLinks(files: LocalFiles, movie: MovieId): Promise<void> {
  const nonce = randomBytes(8).toString('hex')
  const paths = [process.pid, 0].map(pid => `${layout.temporary(movie)}/${temporaryName(pid, nonce)}`)
  const [from, to] = paths as [string, string]
  await files.replace(from, Buffer.alloc(0))
  try {
    await link(files.resolve(from), files.resolve(to))
  } catch (error) {
    throw hasNoLinks(error) ? noLinks(files.root, error) : storeError(error, `Linking ${files.resolve(to)}`)
  } finally {
    for (const path of paths) await files.delete(path)
  }
}

const noLinks = (root: string, cause: unknown): ShowrunnerError =>
  new ShowrunnerError(
    'STORE_UNSUPPORTED',
    `The file system of ${root} has no hard links, and promises no atomic appends either (it is a network or FUSE file system), so a log cannot be kept safe there. Nothing was run. Put the store on a local disk, or in an object store (s3://…).`,
    { cause, details: { root } },
  )
