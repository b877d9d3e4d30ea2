import type { BlobAccess } from './blob-access.js'
import type { BufferCollector } from './buffer-collector.js'

/** A blob store whose traffic in buffers a collector hears of. */
export function collectedBlobs(blobs: BlobAccess, collector: BufferCollector): BlobAccess {
  return {
    open: async () => await blobs.open?.(),
    async put(data, mimeType) {
      const blob = await blobs.put(data, mimeType)
      collector.used(blob.sizeBytes)
      return blob
    },
    sizeOf: hash => blobs.sizeOf(hash),
    async read(blob) {
      const bytes = await blobs.read(blob)
      collector.used(bytes.length)
      return bytes
    },
    readStream: blob => blobs.readStream(blob),
  }
}
