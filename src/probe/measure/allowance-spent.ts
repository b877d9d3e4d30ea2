import type { LevelResult } from './level-result.js'

/** Refusals that a level has more than one with as many calls at once, which chance does not explain. */
const MORE_REFUSED = 0.25
/** So much faster was the level that was not refused. */
const FASTER = 1.25

/**
 * True when calls are refused at a level although as many at once, or more, went through before: what the service
 * had saved up is spent, and it is time that refuses them and not their number. Pure.
 */
export function isAllowanceSpent(levels: readonly LevelResult[]): boolean {
  return levels.some(spent =>
    levels.some(
      ({ concurrency, refusedShare, throughput }) =>
        concurrency >= spent.concurrency &&
        spent.refusedShare >= refusedShare + MORE_REFUSED &&
        throughput > FASTER * spent.throughput,
    ),
  )
}
