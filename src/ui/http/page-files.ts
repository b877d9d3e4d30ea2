import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { compiledModule } from '../../model/compiled-module.js'
import { ShowrunnerError } from '../../model/error/error.js'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export interface PageFile {
  readonly bytes: Buffer<ArrayBuffer>
  readonly mimeType: string
}

/**
 * The files of the built page by their path in an address: all that there are, so that a request finds one of them or
 * none, whatever it asks for.
 * @throws ShowrunnerError `INTERNAL` when the package was not built
 */
export async function readPageFiles(
  folder = new URL(compiledModule('page/')),
): Promise<ReadonlyMap<string, PageFile>> {
  const names = await readdir(folder).catch(error => {
    throw new ShowrunnerError(
      'INTERNAL',
      'The files of the page are not there. In a clone of the project, run: npm run build',
      { cause: error },
    )
  })
  const files = await Promise.all(
    names
      .filter(name => extname(name) in TYPES)
      .map(async name => {
        const bytes = (await readFile(new URL(name, folder))) as Buffer<ArrayBuffer>
        const path = name === 'index.html' ? '/' : `/${name}`
        return [path, { bytes, mimeType: TYPES[extname(name)]! }] as const
      }),
  )
  return new Map(files)
}
