import type { CallOutcome } from '../../../src/coordinator/limits/learning/evidence/dispatch-order.js'

/** What became of a call of which nothing else is said. */
export const outcomeOf = (sentAtMs: number, isRefused: boolean): CallOutcome => ({
  sentAtMs,
  isRefused,
  level: 1,
  untilMs: undefined,
  isAbove: false,
  extra: undefined,
  inner: undefined,
})
