import { stringify } from 'yaml'
import { type LevelResult, REFUSAL_SHARE } from '../measure/level-result.js'
import type { Burst, Limit } from './conclusion.js'
import { bestConcurrency, capacityOf, findKnee } from './knee.js'

/** Limits for the provider's entry in the config. */
export interface RecommendedLimits {
  readonly concurrency: number
  readonly requestsPerMinute?: number
}

/** Kept below a rate that was measured, which clocks and networks blur. */
export const BELOW_RATE = 0.97

/**
 * Calls that begin at a rate and last differently are Poisson distributed at most: with room for so many deviations
 * above their mean, a long one keeps the next from its turn in one case of forty.
 */
const DEVIATIONS = 2

/**
 * The fewest calls at once that come within 5 % of the highest throughput; where calls are refused, as many as the
 * service has at the same time, by Little's law. Pure; undefined when nothing was measured.
 * @param burst a rate that was not told from a cap by one is recommended with no more calls at once than it had
 */
export function recommend(
  levels: readonly LevelResult[],
  limit: Limit,
  burst?: Burst,
): RecommendedLimits | undefined {
  if (!levels.some(({ throughput }) => throughput > 0)) return undefined
  switch (limit.type) {
    case 'rate_limit': {
      const requestsPerMinute = Math.max(1, Math.floor(limit.requestsPerMinute * BELOW_RATE))
      const capacity = Math.round(capacityOf(levels))
      const room = burst === undefined ? 0 : Math.ceil(DEVIATIONS * Math.sqrt(capacity))
      return { concurrency: Math.max(1, capacity + room), requestsPerMinute }
    }
    case 'quota':
      return {
        concurrency: Math.max(1, ...levels.filter(isFree).map(({ concurrency }) => concurrency)),
      }
    case 'concurrency_cap':
      return { concurrency: limit.concurrency }
    case 'none':
      // A curve would stop short of a level that was seen to be better.
      return { concurrency: findKnee(levels).upTo }
    default:
      return { concurrency: bestConcurrency(levels) }
  }
}

const isFree = ({ refusedShare }: LevelResult): boolean => refusedShare < REFUSAL_SHARE

/** The entry to paste into a config. */
export function limitsBlock(provider: string, limits: RecommendedLimits): string {
  return stringify({ providers: { [provider]: { limits } } })
}
