import { causeChain } from '../../error/cause-chain.js'

/**
 * Codes of Node, c-ares and undici that say: no connection came about, so the service has heard of no request. What
 * breaks off later (ECONNRESET) may have reached it.
 */
const CODES =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ESERVFAIL|EREFUSED|UND_ERR_CONNECT_TIMEOUT)$/

/** True when an error, or what it was caused by, says that no connection to a service came about. */
export function isUnserved(error: unknown): boolean {
  for (const link of causeChain(error)) {
    const { code, syscall } = link as NodeJS.ErrnoException
    if (typeof code === 'string' && CODES.test(code)) return true
    if (code === 'ETIMEDOUT' && syscall === 'connect') return true
  }
  return false
}
