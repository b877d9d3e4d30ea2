// node stream-blob.mjs showrunner|plain FOLDER MEGABYTES: stores a stream as a blob, or writes and hashes it plainly.
import { createHash, randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { movieId } from '../../dist/model/movie-id.js'
import { openStore } from '../../dist/storage/open-store.js'

const [how, folder, megabytes] = process.argv.slice(2)
const CHUNK_BYTES = 1024 * 1024
const chunk = randomBytes(CHUNK_BYTES)

async function* chunks() {
  // Each a copy, as if it came from a network.
  for (let index = 0; index < Number(megabytes); index++) yield Buffer.from(chunk)
}

async function store() {
  const blobs = (await openStore(`file:${folder}`)).blobs(movieId('streamed'))
  await blobs.put(chunks(), 'application/octet-stream')
}

async function write() {
  const hash = createHash('sha256')
  const file = await open(join(folder, 'plain'), 'w')
  for await (const bytes of chunks()) {
    hash.update(bytes)
    await file.write(bytes)
  }
  await file.sync()
  await file.close()
  hash.digest('hex')
}

const startMs = performance.now()
await (how === 'plain' ? write() : store())
const ms = performance.now() - startMs
await rm(join(folder, how === 'plain' ? 'plain' : 'streamed'), { recursive: true })
console.log(JSON.stringify({ ms, peakBytes: process.resourceUsage().maxRSS * 1024 }))
