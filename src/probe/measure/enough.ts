import { type LevelResult, REFUSAL_SHARE, relativeError } from './level-result.js'

export interface StayBounds {
  /** The interval of the throughput that is asked for. */
  readonly relativeError: number
  /** Calls that this visit may make yet. */
  readonly callsLeft: number
  /** Time that this visit may take. */
  readonly maxMs: number
}

/** Of the level, whatever its size. */
const CALLS_AT_LEAST = 12
/** Enough of a level that is noisy by nature. */
const ROUNDS_AT_MOST = 6
const CALLS_AT_MOST = 40
/** A service that counts by the second shows its rate only over some of them. */
const REFUSING_MS = 2_000

/** One visit so far. */
export interface Stay {
  readonly elapsedMs: number
  /** Without warm-up. */
  readonly calls: number
}

/** True when a level, all visits taken together, is known well enough, or a visit has lasted long enough. Pure. */
export function isEnough(level: LevelResult, { elapsedMs, calls }: Stay, bounds: StayBounds): boolean {
  if (bounds.callsLeft <= 0 || elapsedMs >= bounds.maxMs) return true
  const { concurrency, refusedShare } = level
  if (calls < Math.max(CALLS_AT_LEAST, concurrency, Math.min(2 * concurrency, 128))) return false
  if (refusedShare >= REFUSAL_SHARE && elapsedMs < REFUSING_MS) return false
  return (
    relativeError(level) <= bounds.relativeError ||
    calls >= Math.max(CALLS_AT_MOST, ROUNDS_AT_MOST * concurrency)
  )
}
