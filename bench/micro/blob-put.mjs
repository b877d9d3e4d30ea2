import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { movieId } from '../../dist/model/movie-id.js'
import { openStore } from '../../dist/storage/open-store.js'

const SIZE_BYTES = 64 * 1024

/** A blob of 64 KiB stored, durable, in the file that its hash names. @param {string} folder */
export async function blobPut(folder) {
  const blobs = (await openStore(`file:${folder}`)).blobs(movieId('blobs'))
  const bytes = randomBytes(SIZE_BYTES)
  let number = 0
  const nextBytes = () => {
    bytes.writeUInt32LE(++number, 0)
    return bytes
  }
  return {
    name: 'put a blob of 64 KiB',
    count: 1,
    against: 'writeFile and fsync, no hash, no rename',
    async ours() {
      await blobs.put(nextBytes(), 'application/octet-stream')
    },
    async theirs() {
      await writeFile(join(folder, `plain-${++number}`), nextBytes(), { flush: true })
    },
  }
}
