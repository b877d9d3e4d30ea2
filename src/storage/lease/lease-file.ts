import type { MovieId } from '../../model/id.js'
import type { EngineFiles } from '../engine-files.js'
import { layout } from '../layout.js'
import { type LeaseRecord, parseLease } from './lease-record.js'

const LEASE_FILE_LIMIT_BYTES = 64 * 1024

/** What stands in the place of a lease; `spoiled` is no lease: torn, empty, or made by another program. */
export type LeaseFile = LeaseRecord | 'absent' | 'spoiled'

export const readLeaseFile = (files: EngineFiles, movie: MovieId): Promise<LeaseFile> =>
  readRecordAt(files, layout.lease(movie))

/** In one request: what a file says and whether it is there belong to one moment. */
export async function readRecordAt(files: EngineFiles, path: string): Promise<LeaseFile> {
  const bytes = await files.read(path)
  if (bytes === undefined) return 'absent'
  if (bytes.byteLength > LEASE_FILE_LIMIT_BYTES) return 'spoiled'
  return parseLease(bytes.toString('utf8')) ?? 'spoiled'
}

export async function deleteLeaseFile(files: EngineFiles, path: string): Promise<void> {
  await files.delete(path)
}
