export interface VainCall {
  /** Median latency of accepted calls; 0 while none was. */
  readonly typicalMs: number
  /** Calls in a row that were not accepted, this one included. */
  readonly vainCalls: number
  readonly places: number
  /** The pause that the service asks for. */
  readonly askedMs: number | undefined
  /** From 0 to 1. */
  readonly random: number
}

/** While no call was accepted yet: the first pause, which doubles, and the longest. */
const FIRST_MS = 250
const FIRST_MAX_MS = 2_000
/** A service that accepts nothing for so many rounds of its places is asked less often, down to once in this time. */
const VAIN_ROUNDS = 2
const VAIN_AT_LEAST = 8
const VAIN_MAX_MS = 100

/**
 * Milliseconds that a place waits after a call that was not accepted: as long as a call takes, more or less, so
 * that the load that is offered stays that of its number of places, and places do not get into step. Pure.
 */
export function pauseAfter({ typicalMs, vainCalls, places, askedMs = 0, random }: VainCall): number {
  const spread = 0.75 + 0.5 * random
  if (typicalMs === 0) {
    const doubled = FIRST_MS * 2 ** Math.max(0, vainCalls - 1)
    return Math.min(FIRST_MAX_MS, Math.max(doubled * spread, askedMs))
  }
  const rounds = Math.floor(vainCalls / Math.max(VAIN_AT_LEAST, VAIN_ROUNDS * places))
  return Math.max(typicalMs, Math.min(VAIN_MAX_MS, typicalMs * 2 ** rounds)) * spread
}
