// Stores small blobs until it is killed: `node blob-program.mjs url seed`. Prints each hash and size once it is stored.

import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { movieId } from '../../../dist/model/movie-id.js'
import { openStore } from '../../../dist/storage/open-store.js'

const [url, seed] = process.argv.slice(2)
const blobs = (await openStore(url)).blobs(movieId('atlas'))
let number = 0

async function work() {
  for (;;) {
    const digest = createHash('sha512').update(`${seed} ${number++}`).digest()
    const bytes = Buffer.alloc(digest.readUInt16LE(0) % 30_000, digest)
    const blob = await blobs.put(bytes, 'image/png')
    fs.writeSync(1, `${blob.hash} ${blob.sizeBytes}\n`)
  }
}

await Promise.all(Array.from({ length: 20 }, work))
