import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { PICTURE_FOLDER, pictureName } from './page/picture-name.mjs'

const PICTURE = /^Producer:Picture\[(\d+)\]\.Image$/

/**
 * Writes the page and, beside it, the pictures in full size.
 *
 * @param {import('showrunner').Engine} engine
 * @param {string} movieId
 * @param {readonly Record<string, string>[]} rows the table, to name the pictures
 * @param {URL} folder
 * @returns {Promise<URL>} the page
 */
export async function exportPage(engine, movieId, rows, folder) {
  const pictures = new URL(`${PICTURE_FOLDER}/`, folder)
  const page = new URL('index.html', folder)
  await mkdir(pictures, { recursive: true })
  for await (const { artifactId, blob } of engine.movie(movieId).artifacts()) {
    const code = rows[Number(PICTURE.exec(artifactId)?.[1])]?.code
    const file = artifactId === 'Producer:Sheet.Page' ? page : code && new URL(pictureName(code), pictures)
    if (file && blob) await pipeline(engine.movie(movieId).blob(blob).stream(), createWriteStream(file))
  }
  return page
}
