import * as crypto from 'node:crypto'
import type { BlobHash } from '../model/id.js'
import type { BlobRef } from '../model/movie/event.js'
import { sha256 } from '../model/sha256.js'
import type { BlobStore } from '../storage/store.js'
import type { ReleasableBlobs } from '../workers/attempt/output/blob-access.js'
import type { RunOpening } from '../workers/executor.js'

/** Reads what the movie has; hashes what is put, and forgets it. Threads reach it through the host. */
export function throwawayStore(movie: BlobStore): RunOpening['store'] {
  const sizes = new Map<string, number>()
  const put = async (data: Uint8Array | AsyncIterable<Uint8Array>, mimeType: string): Promise<BlobRef> => {
    const { hash, sizeBytes } = data instanceof Uint8Array ? digest(data) : await digestStream(data)
    sizes.set(hash, sizeBytes)
    return { hash, sizeBytes, mimeType }
  }
  const blobs: ReleasableBlobs = {
    put,
    sizeOf: async hash => sizes.get(hash) ?? (await movie.sizeOf(hash)),
    read: blob => movie.read(blob),
    readStream: blob => movie.readStream(blob),
    rest: () => movie.rest(),
    release: () => movie.release(),
  }
  return { url: 'memory:', isReachableFromThreads: false, blobs: () => blobs }
}

const digest = (bytes: Uint8Array) => ({ hash: sha256(bytes) as BlobHash, sizeBytes: bytes.byteLength })

async function digestStream(chunks: AsyncIterable<Uint8Array>) {
  const hash = crypto.createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of chunks) {
    hash.update(chunk)
    sizeBytes += chunk.byteLength
  }
  return { hash: hash.digest('hex') as BlobHash, sizeBytes }
}
