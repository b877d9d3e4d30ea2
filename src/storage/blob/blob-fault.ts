import { ShowrunnerError } from '../../model/error/error.js'
import type { BlobRef } from '../../model/movie/event.js'

/** @param where path in the store, or whatever the blob was called */
export function blobMissing(where: string): ShowrunnerError {
  return new ShowrunnerError(
    'BLOB_MISSING',
    `Blob ${where} is not in the store. Restore the file from a copy, or run again and regenerate the artifact.`,
    { details: { path: where } },
  )
}

/** A blob with a file of its own: bytes of a name that is taken are not written again. */
export function blobFileCorrupt(path: string, sizeBytes: number, expected: BlobRef): ShowrunnerError {
  return blobCorrupt(path, sizeBytes, expected, 'or delete it, run again and regenerate the artifact')
}

/** @param place the pack, and the offset of the blob's record in it: `atlas/blob-packs/….pack:4711` */
export function packedBlobCorrupt(place: string, sizeBytes: number, expected: BlobRef): ShowrunnerError {
  return blobCorrupt(place, sizeBytes, expected, 'or run again and regenerate the artifact')
}

function blobCorrupt(path: string, sizeBytes: number, expected: BlobRef, orElse: string): ShowrunnerError {
  const got =
    sizeBytes === expected.sizeBytes
      ? 'bytes with another SHA-256'
      : `${sizeBytes} bytes instead of ${expected.sizeBytes}`
  return new ShowrunnerError(
    'BLOB_CORRUPT',
    `Blob ${path} is damaged: it holds ${got}. Restore the file from a copy, ${orElse}.`,
    { details: { path, sizeBytes, expectedSizeBytes: expected.sizeBytes } },
  )
}

export function isBlobFault(error: unknown): error is ShowrunnerError {
  const code = (error as { code?: unknown } | null)?.code
  return code === 'BLOB_MISSING' || code === 'BLOB_CORRUPT'
}
