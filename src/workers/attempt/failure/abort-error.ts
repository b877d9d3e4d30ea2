import type { AttemptCancelReason } from '../../../model/job.js'

/** What an attempt's code is told when it must stop. @param reason undefined: it was not asked to; the attempt is over */
export function abortError(reason: AttemptCancelReason | undefined, timeoutMs: number): DOMException {
  switch (reason) {
    case 'timeout':
      return new DOMException(`No result within ${timeoutMs} ms.`, 'TimeoutError')
    case 'cancelled':
      return new DOMException('Cancelled.', 'AbortError')
    case 'released':
      // By the name, providers know that work at a service is still wanted.
      return new DOMException('The run goes on elsewhere.', 'TimeoutError')
    case undefined:
      return new DOMException('The attempt has ended.', 'AbortError')
  }
}
