import type { JobError } from '../../model/movie/event.js'
import { formatMs } from './format-figure.js'

export interface FailedProbe {
  readonly provider: string
  readonly calls: number
  readonly lastError: JobError | undefined
  readonly longestRetryAfterMs: number
}

/** Why no call of a probe succeeded, and what to do. */
export function describeFailure({ provider, calls, lastError, longestRetryAfterMs }: FailedProbe): string {
  if (calls === 0)
    return `No call of provider "${provider}" was made: --max-calls (maxCalls) or --max-time (maxTimeMs) is too low to measure one level. Raise it.`
  const none = `None of ${calls === 1 ? '1 call' : `${calls} calls`} of provider "${provider}" succeeded`
  if (lastError === undefined)
    return `${none}: none has ended. Give the probe more time (--max-time, maxTimeMs).`
  return `${none}, so there is no limit to find; the last one failed: ${lastError.code}: ${lastError.message} ${wayOut(lastError, longestRetryAfterMs)}`
}

/** What to do about a service that accepts nothing. */
export function wayOut({ code, isOfSetup }: JobError, retryAfterMs: number): string {
  const wait = retryAfterMs > 0 ? ` (it asks for ${formatMs(retryAfterMs)})` : ''
  // What to do about an address stands in the message.
  if (isOfSetup && code === 'network') return 'Then probe again.'
  if (isOfSetup) return 'Correct the model or the settings of the provider, then probe again.'
  switch (code) {
    case 'rate_limited':
      return `The allowance is used up, by earlier calls or by others with the same key: wait${wait}, or look at the limits of the account, then probe again.`
    case 'overloaded':
      return `The service itself fails: look at its status page, wait${wait}, then probe again.`
    case 'timeout':
    case 'network':
      return 'Check that the service can be reached from here, then probe again.'
    case 'auth':
      return 'Check the key and the credit of the account, then probe again.'
    default:
      return 'Make one call succeed first, by a run of one job; then probe again.'
  }
}
