import type { CallFault } from './call-outcome.js'

/** One call of a probe, measured in the host on its monotonic clock. */
export interface CallSample {
  readonly beganAtMs: number
  /** The answer was here. */
  readonly endedAtMs: number
  /** The place took up its next call: at once, or after the pause that follows a refusal. */
  readonly freeAtMs: number
  readonly outcome: 'accepted' | 'refused' | 'failed'
  /** What a call that was not accepted failed with. */
  readonly code?: CallFault
}

/**
 * One stay at a level, in the order in which the places became free. Warm-up is left out already: calls that
 * began before all places were taken, and the first call of each place.
 */
export type Visit = readonly CallSample[]
