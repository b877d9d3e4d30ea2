import { stringify } from 'yaml'
import { type LevelResult, REFUSAL_SHARE } from '../measure/level-result.js'
import type { Limit } from './conclusion.js'
import { bestConcurrency, capacityOf, findKnee } from './knee.js'

/** Limits for the provider's entry in the config. */
export interface RecommendedLimits {
  readonly concurrency: number
  readonly requestsPerMinute?: number
}

/** Kept below a rate that was measured, which clocks and networks blur. */
export const BELOW_RATE = 0.97

/**
 * The fewest calls at once that come within 5 % of the highest throughput; where calls are refused, as many as the
 * service has at the same time, by Little's law. Pure; undefined when nothing was measured.
 */
export function recommend(levels: readonly LevelResult[], limit: Limit): RecommendedLimits | undefined {
  if (!levels.some(({ throughput }) => throughput > 0)) return undefined
  switch (limit.type) {
    case 'rate_limit': {
      const requestsPerMinute = Math.max(1, Math.floor(limit.requestsPerMinute * BELOW_RATE))
      return { concurrency: Math.max(1, Math.round(capacityOf(levels))), requestsPerMinute }
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
