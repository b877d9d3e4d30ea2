import { isShowrunnerError } from '../../model/error/error.js'
import { canOpen } from '../../model/shortage/can-open.js'
import type { Shortage } from '../../model/shortage/shortage.js'
import { shortageOf } from '../../model/shortage/shortage-of.js'
import { toJobError } from './failure/job-error.js'

/**
 * What this machine ran short of, when that is why a provider's call failed. A store has waited by itself, and what it
 * could not store was paid for: another call would not bring it back.
 */
export function localShortage(error: unknown): Shortage | undefined {
  if (isShowrunnerError(error)) return undefined
  const shortage = shortageOf(error)
  if (shortage !== undefined) return shortage
  // A resolver that cannot open a socket says that there is no such host.
  return toJobError(error, text => text).code === 'network' && !canOpen(1) ? 'files' : undefined
}
