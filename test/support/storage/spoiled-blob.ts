import type { BlobRef } from '../../../src/model/movie/event.js'
import { movieId } from '../../../src/model/movie-id.js'
import { blobOffset, readHead } from '../../../src/storage/blob/pack/pack-record.js'
import { isBlobPackName, layout } from '../../../src/storage/layout.js'
import type { Store } from '../../../src/storage/store.js'

const atlas = movieId('atlas')

/**
 * Changes the bytes of a stored blob, in its own file or in its pack. A pack ends where a blob in it has become
 * shorter. Gives the place of the blob as findings name it.
 */
export async function spoilBlob(
  store: Store,
  blob: BlobRef,
  change: (bytes: Buffer) => Buffer,
): Promise<string> {
  const own = layout.blob(atlas, blob.hash)
  const file = await store.files.read(own)
  if (file !== undefined) {
    await store.files.replace(own, change(Buffer.from(file)))
    return own
  }
  const { path, bytes, offset } = await packOf(store, blob)
  const at = blobOffset({ offset })
  const changed = change(Buffer.from(bytes.subarray(at, at + blob.sizeBytes)))
  const rest = changed.length < blob.sizeBytes ? [] : [bytes.subarray(at + blob.sizeBytes)]
  await store.files.replace(path, Buffer.concat([bytes.subarray(0, at), changed, ...rest]))
  return `${path}:${offset}`
}

async function packOf(store: Store, { hash }: BlobRef) {
  for await (const { path } of store.files.list(layout.blobPacks(atlas))) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (!isBlobPackName(name)) continue
    const bytes = Buffer.from((await store.files.read(path))!)
    const offset = bytes.indexOf(`blob ${hash}`)
    if (readHead(bytes, offset, offset) !== undefined) return { path, bytes, offset }
  }
  throw new Error(`${hash} is in no pack`)
}
