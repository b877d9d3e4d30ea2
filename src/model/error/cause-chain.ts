/** `fetch failed` hides the socket's error a level or two down. */
const DEPTH = 8

/**
 * What was thrown, and below it what it was caused by: the last failure of a library that repeats calls, the first of an
 * `AggregateError` (one connection attempt per address, "happy eyeballs"), or the `cause`. Outermost first.
 */
export function* causeChain(thrown: unknown): Generator<object, undefined> {
  let current = thrown
  for (let depth = 0; depth < DEPTH && typeof current === 'object' && current !== null; depth++) {
    yield current
    const { lastError, errors, cause } = current as {
      lastError?: unknown
      errors?: unknown
      cause?: unknown
    }
    const nested = lastError instanceof Error ? lastError : Array.isArray(errors) ? errors[0] : undefined
    current = nested instanceof Error ? nested : cause
  }
}
