import { availableParallelism } from 'node:os'
import type { Latency } from '../model/latency.js'
import { fitUsl, type UslFit, uslPeak } from './fit-usl.js'
import { findKnee } from './knee.js'
import type { PlanEnd } from './level-plan.js'
import { type LevelResult, REFUSAL_SHARE } from './level-result.js'
import { limitsBlock, type RecommendedLimits, recommend } from './recommend.js'
import { type Burst, type Limit, verdictOf } from './verdict.js'

/** What a probe has found. Plain data. */
export interface ProbeReport {
  readonly provider: string
  readonly producer: string
  /** By concurrency. */
  readonly levels: readonly LevelResult[]
  readonly limit: Limit
  /** Undefined when no call was accepted. */
  readonly recommended: RecommendedLimits | undefined
  /** The same as an entry of the config, in YAML. */
  readonly limitsBlock: string | undefined
  /** The highest throughput that was measured, a second, and where. */
  readonly peak: { readonly concurrency: number; readonly throughput: number } | undefined
  /** The Universal Scalability Law of the levels without refusals, and where it peaks. */
  readonly usl: (UslFit & { readonly peakConcurrency?: number }) | undefined
  /** A burst from idle, sent when calls are refused. */
  readonly burst: Burst | undefined
  /** Near the recommended concurrency, for `simulate`. */
  readonly latency: Latency | undefined
  readonly calls: number
  readonly cost: number
  readonly durationMs: number
  readonly isInterrupted: boolean
}

export interface Measured {
  readonly provider: string
  readonly producer: string
  /** In the order of their first visit. */
  readonly levels: readonly LevelResult[]
  readonly ended: PlanEnd | 'interrupted'
  readonly burst: Burst | undefined
  readonly latencyNear: (concurrency: number) => Latency | undefined
  readonly calls: number
  /** Calls that were, warm-up included. */
  readonly accepted: number
  readonly cost: number
  readonly durationMs: number
}

export function reportOf(measured: Measured): ProbeReport {
  const { levels, ended, burst, accepted, latencyNear, cost, durationMs, ...rest } = measured
  const limit = verdictOf(levels, { ended, burst, accepted, cores: availableParallelism() })
  const recommended = recommend(levels, limit)
  const knee = recommended && findKnee(levels)
  const fit = fitUsl(levels.filter(({ refusedShare }) => refusedShare < REFUSAL_SHARE))
  const peakConcurrency = fit && uslPeak(fit)
  return {
    ...rest,
    levels: [...levels].sort((a, b) => a.concurrency - b.concurrency),
    limit,
    recommended,
    limitsBlock: recommended && limitsBlock(rest.provider, recommended),
    peak: knee && { concurrency: knee.peakConcurrency, throughput: knee.peakThroughput },
    usl: fit && { ...fit, ...(peakConcurrency !== undefined && { peakConcurrency }) },
    burst,
    latency: recommended && latencyNear(recommended.concurrency),
    cost: Math.round(cost * 1e6) / 1e6,
    durationMs: Math.round(durationMs),
    isInterrupted: ended === 'interrupted',
  }
}
