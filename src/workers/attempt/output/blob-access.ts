import type { BlobStore } from '../../../storage/store.js'

/** Blobs of one job that are read or written at the same time. */
export const JOB_BLOB_CONCURRENCY = 8

/** What a job needs of a movie's blob store; also offered over a port where the store lives in the host. */
export type BlobAccess = Pick<BlobStore, 'put' | 'sizeOf' | 'read' | 'readStream'> & {
  /** Loads what it needs now, and not with its first use. */
  open?(): Promise<void>
}

/** A thread gives back what it has open when a run ends, or has no work for it. */
export type ReleasableBlobs = BlobAccess & Pick<BlobStore, 'rest' | 'release'>

/** A blob store that is opened at its first use: most threads of most runs never touch one. */
export function lazyBlobs(open: () => Promise<ReleasableBlobs>): ReleasableBlobs {
  let opening: Promise<ReleasableBlobs> | undefined
  const opened = () => {
    opening ??= open().catch(error => {
      opening = undefined
      throw error
    })
    return opening
  }
  return {
    open: async () => void (await opened()),
    put: async (data, mimeType) => (await opened()).put(data, mimeType),
    sizeOf: async hash => (await opened()).sizeOf(hash),
    read: async blob => (await opened()).read(blob),
    async *readStream(blob) {
      yield* (await opened()).readStream(blob)
    },
    rest: async () => (await opening)?.rest(),
    release: async () => (await opening)?.release(),
  }
}
