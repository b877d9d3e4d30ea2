/**
 * Codes of Node, c-ares and undici that say: no connection came about, so the service has heard of no request. What
 * breaks off later (ECONNRESET) may have reached it.
 */
const CODES =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ESERVFAIL|EREFUSED|UND_ERR_CONNECT_TIMEOUT)$/
/** `fetch failed` hides the socket's error a level or two down. */
const CAUSE_DEPTH = 5

/** True when an error, or what it was caused by, says that no connection to a service came about. */
export function isUnserved(error: unknown): boolean {
  let current = error
  for (let depth = 0; depth < CAUSE_DEPTH && current instanceof Error; depth++) {
    const { code, syscall } = current as NodeJS.ErrnoException
    if (typeof code === 'string' && CODES.test(code)) return true
    if (code === 'ETIMEDOUT' && syscall === 'connect') return true
    const nested = current as { errors?: unknown[]; cause?: unknown }
    // An AggregateError of one attempt per address ("happy eyeballs") carries its codes inside.
    current = Array.isArray(nested.errors) ? nested.errors[0] : nested.cause
  }
  return false
}
