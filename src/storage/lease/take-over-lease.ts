import type { MovieId } from '../../model/id.js'
import type { EngineFiles } from '../engine-files.js'
import { layout } from '../layout.js'
import { deleteLeaseFile, type LeaseFile, readLeaseFile, readRecordAt } from './lease-file.js'
import { type LeaseRecord, leaseText } from './lease-record.js'
import type { LeaseWatch } from './lease-watch.js'

export interface TakeOverParts {
  readonly files: EngineFiles
  readonly movie: MovieId
  /** To stand in the lease's place. */
  readonly record: LeaseRecord
  /** Whether what is there now may still be replaced. */
  isStill(current: LeaseFile): boolean
  /** Of claims of others. */
  readonly claims: LeaseWatch
}

/**
 * Replaces a lease whose holder is dead. A claim, created if absent, lets one at a time do so: of many who find the
 * same holder dead one gets the lease, and nobody replaces what was made after the look.
 * @returns false when somebody else was quicker: look again
 */
export async function takeOverLease(parts: TakeOverParts): Promise<boolean> {
  const { files, movie, record, claims } = parts
  const path = layout.leaseClaim(movie)
  if ((await files.create(path, leaseText(record))) === 'exists') {
    const claim = await readRecordAt(files, path)
    // Whoever claimed it died in between.
    if (claim !== 'absent' && claims.judge(claim, performance.now()) === 'dead')
      await deleteLeaseFile(files, path)
    return false
  }
  try {
    if (!parts.isStill(await readLeaseFile(files, movie))) return false
    await files.replace(layout.lease(movie), leaseText(record))
    return true
  } finally {
    // One that stays is found dead by the next who wants to claim.
    await deleteLeaseFile(files, path).catch(() => undefined)
  }
}
