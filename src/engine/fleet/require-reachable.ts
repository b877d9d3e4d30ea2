import { ShowrunnerError } from '../../model/error/error.js'
import type { Store } from '../../storage/store.js'

/** @throws ShowrunnerError `STORE_NOT_SHARED` */
export function requireReachable({ url, isReachableFromThreads }: Store): void {
  if (isReachableFromThreads) return
  throw new ShowrunnerError(
    'STORE_NOT_SHARED',
    `Store ${url} lives in this process, where no host of a fleet can reach it. Use s3://bucket/prefix, or a file: store that all hosts mount.`,
  )
}
