/** Longest delay of one `setTimeout`, in milliseconds; a longer one would fire at once. */
export const TIMER_LIMIT_MS = 2 ** 31 - 1

/** Time, handed in, so that what depends on it can run on a virtual clock. */
export interface Clock {
  /** ISO 8601, UTC. */
  timestamp(): string
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number
  /** Calls `callback` once after `delayMs`; the returned function cancels it. */
  startTimer(delayMs: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  timestamp: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
  startTimer(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, TIMER_LIMIT_MS))
    return () => clearTimeout(timer)
  },
}
