import { availableParallelism } from 'node:os'
import type { JobError } from '../../model/movie/event.js'
import type { Latency } from '../../model/provider/latency.js'
import { roundCost } from '../../model/provider/price.js'
import { type Burst, conclusionOf, type Limit } from '../analyse/conclusion.js'
import { fitUsl, type UslFit, uslPeak } from '../analyse/fit-usl.js'
import { capacityOf, findKnee } from '../analyse/knee.js'
import { limitsBlock, type RecommendedLimits, recommend } from '../analyse/recommend.js'
import { isNarrowedDown } from '../measure/level-plan.js'
import { type LevelResult, REFUSAL_SHARE } from '../measure/level-result.js'
import type { ProbeEnd } from '../measure/probe-end.js'

/** What a probe has found. Plain data. */
export interface ProbeReport {
  /** The provider's name. */
  readonly provider: string
  /** The producer whose jobs were the calls; absent without a blueprint. */
  readonly producer: string
  /** By concurrency. */
  readonly levels: readonly LevelResult[]
  /** What keeps throughput from growing. */
  readonly limit: Limit
  /** What ended the probe. */
  readonly ended: ProbeEnd
  /** False when it was cut short before it knew enough to recommend anything. */
  readonly isComplete: boolean
  /** The last error, when no call succeeded any more. */
  readonly lastError?: JobError
  /** Undefined when no call was accepted, and when the probe was cut short. */
  readonly recommended: RecommendedLimits | undefined
  /** The same as an entry of the config, in YAML. */
  readonly limitsBlock: string | undefined
  /** The highest throughput a second, of what lasts, and where. */
  readonly peak:
    | {
        /** Calls at the same time. */
        readonly concurrency: number
        /** Accepted calls a second. */
        readonly throughput: number
      }
    | undefined
  /** The Universal Scalability Law of the levels without refusals, and where it peaks. */
  readonly usl:
    | (UslFit & {
        /** Calls at once at which the law has its peak. */
        readonly peakConcurrency?: number
      })
    | undefined
  /** A burst from idle, sent when calls are refused. */
  readonly burst: Burst | undefined
  /** Near the recommended concurrency, or else the peak; for `simulate`. */
  readonly latency: Latency | undefined
  /** Calls that were made. */
  readonly calls: number
  /** US dollars of all calls. */
  readonly costUsd: number
  /** Milliseconds. */
  readonly durationMs: number
  /** Its signal ended it. */
  readonly isInterrupted: boolean
}

export interface Measured {
  readonly provider: string
  readonly producer: string
  /** In the order of their first visit. */
  readonly levels: readonly LevelResult[]
  readonly ended: ProbeEnd
  readonly lastError: JobError | undefined
  readonly burst: Burst | undefined
  readonly latencyNear: (concurrency: number) => Latency | undefined
  readonly calls: number
  /** Calls that were, warm-up included. */
  readonly accepted: number
  readonly costUsd: number
  readonly durationMs: number
}

export function reportOf(measured: Measured): ProbeReport {
  const { levels, ended, lastError, burst, accepted, latencyNear, costUsd, durationMs, ...rest } = measured
  const limit = conclusionOf(levels, { ended, burst, accepted, cores: availableParallelism() })
  const best = recommend(levels, limit, burst)
  const isComplete = isEnd(ended) || (isCut(ended) && limit.type !== 'none' && isNarrowedDown(levels))
  const recommended = isComplete ? best : undefined
  // A rate is recommended with more room than it uses.
  const ofRate = limit.type === 'rate_limit' ? Math.max(1, Math.round(capacityOf(levels))) : undefined
  const peak = best && peakOf(levels, limit, ofRate ?? best.concurrency)
  const fit = fitUsl(levels.filter(({ refusedShare }) => refusedShare < REFUSAL_SHARE))
  const peakConcurrency = fit && uslPeak(fit)
  return {
    ...rest,
    levels: [...levels].sort((a, b) => a.concurrency - b.concurrency),
    limit,
    ended,
    isComplete,
    ...(ended === 'errors' && lastError && { lastError }),
    recommended,
    limitsBlock: recommended && limitsBlock(rest.provider, recommended),
    peak,
    usl: fit && { ...fit, ...(peakConcurrency !== undefined && { peakConcurrency }) },
    burst,
    latency: peak && latencyNear(ofRate ?? (recommended ?? peak).concurrency),
    costUsd: roundCost(costUsd),
    durationMs: Math.round(durationMs),
    isInterrupted: ended === 'interrupted',
  }
}

const isEnd = (ended: ProbeEnd): boolean => ended === 'found' || ended === 'max_concurrency'
const isCut = (ended: ProbeEnd): boolean => ended === 'calls' || ended === 'time'

function peakOf(levels: readonly LevelResult[], limit: Limit, concurrency: number): ProbeReport['peak'] {
  if (limit.type === 'rate_limit' && limit.savedUp !== undefined)
    return { concurrency, throughput: limit.requestsPerMinute / 60 }
  const { peakConcurrency, peakThroughput } = findKnee(levels)
  return { concurrency: peakConcurrency, throughput: peakThroughput }
}
