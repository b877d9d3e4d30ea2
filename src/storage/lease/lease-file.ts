import type { MovieId } from '../../model/id.js'
import { layout } from '../layout.js'
import type { Store } from '../store.js'
import { type LeaseRecord, parseLease } from './lease-record.js'

const LEASE_FILE_LIMIT_BYTES = 64 * 1024

/** What stands in the place of a lease; `spoiled` is no lease: torn, empty, or made by another program. */
export type LeaseFile = LeaseRecord | 'absent' | 'spoiled'

export const readLeaseFile = (store: Store, movie: MovieId): Promise<LeaseFile> =>
  readRecordAt(store, layout.lease(movie))

/** In one request: what a file says and whether it is there belong to one moment. */
export async function readRecordAt(store: Store, path: string): Promise<LeaseFile> {
  const bytes = await store.files.read(path)
  if (bytes === undefined) return 'absent'
  if (bytes.byteLength > LEASE_FILE_LIMIT_BYTES) return 'spoiled'
  return parseLease(bytes.toString('utf8')) ?? 'spoiled'
}

export async function deleteLeaseFile(store: Store, path: string): Promise<void> {
  await store.files.delete(path)
}
