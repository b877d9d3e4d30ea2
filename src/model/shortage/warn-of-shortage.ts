import { SHORTAGE_WAY_OUT, type Shortage } from './shortage.js'

/** Somebody should know why nothing moves. */
export const SHORTAGE_WARN_MS = 3_000
let hasWarned = false

/** Says once a thread, on standard error, what the machine lacks and what to do. */
export function warnOfShortage(shortage: Shortage): void {
  if (hasWarned) return
  hasWarned = true
  process.emitWarning(SHORTAGE_WAY_OUT[shortage], { code: 'SHOWRUNNER_SHORTAGE' })
}
