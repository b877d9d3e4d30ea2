import { demandOf } from '../../coordinator/limits/budget/demand-of.js'
import type { PlannedTerms } from '../../coordinator/target-terms.js'
import { costOf, likelyCostOf, likelyTokensOf, maxCostOf, type Price } from '../../model/provider/price.js'
import type { ResolvedJob } from '../../plan/up-to-date/resolved-job.js'
import type { JobUse } from './recorded-use.js'

/** Where a figure comes from: jobs that were made before, a price and the inputs, or only the most it can be. */
export type EstimateBasis = 'recorded' | 'price' | 'bound' | 'unknown'

/** What one job of a producer will probably use. */
export interface JobEstimate {
  /** What the estimate goes by. */
  readonly basis: EstimateBasis
  /** Jobs made before that it is taken from. */
  readonly sampleCount: number
  /** In US dollars: the median of jobs made before, or by the price; undefined: not known. */
  readonly costUsd: number | undefined
  /** Of the jobs made before; the same as `costUsd` without any. */
  readonly lowestUsd: number | undefined
  /** Of the jobs made before; the same as `costUsd` without any. */
  readonly highestUsd: number | undefined
  /** The most that one attempt can cost; undefined when no price bounds it. */
  readonly mostUsd: number | undefined
  /** Of language models, input and output together. */
  readonly tokens: number
}

export type SampledJob = Pick<ResolvedJob, 'inputs' | 'loads' | 'fileCount'>

/**
 * Pure. `jobs` are samples of those to be made, `uses` what jobs with the same settings have used.
 * @param termsOf where jobs name their models, the terms of each
 */
export function estimateJob(
  terms: PlannedTerms,
  jobs: readonly SampledJob[],
  uses: readonly JobUse[],
  termsOf?: (job: SampledJob) => PlannedTerms,
): JobEstimate {
  const demands = jobs.map(job => {
    const own = termsOf?.(job) ?? terms
    return { price: own.price, isByTokens: own.promptBytes !== undefined, demand: demandOf(own, job) }
  })
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const most = demands.map(({ price, demand }) => (price && maxCostOf(price, demand)) ?? Number.NaN)
  const mostUsd = knownOr(meanOf(most))
  const tokensUsed = uses.flatMap(({ tokens }) => tokens ?? [])
  const expected =
    jobs.length === 0
      ? 0
      : meanOf(demands.map(({ isByTokens, demand }) => (isByTokens ? likelyTokensOf(demand) : 0)))
  const tokens = tokensUsed.length > 0 ? medianOf(tokensUsed) : expected
  // Which model it was that was used is not recorded: what it has cost is.
  const recordedPrice = termsOf === undefined ? terms.price : undefined
  const costs = uses.flatMap(use => costOfUse(use, recordedPrice, terms.images) ?? [])
  if (costs.length > 0) {
    costs.sort((a, b) => a - b)
    // Jobs of several models have several usual costs, and the median is one of them.
    const costUsd = termsOf === undefined ? medianOf(costs) : meanOf(costs)
    const range = { lowestUsd: costs[0]!, highestUsd: costs.at(-1)! }
    return { basis: 'recorded', sampleCount: costs.length, costUsd, ...range, mostUsd, tokens }
  }
  const likely = demands.map(({ price, demand }) =>
    price === undefined || price.perSecond ? Number.NaN : (likelyCostOf(price, demand) ?? Number.NaN),
  )
  const byPrice = knownOr(meanOf(likely))
  const costUsd = byPrice ?? mostUsd
  const basis = costUsd === undefined ? 'unknown' : byPrice === undefined ? 'bound' : 'price'
  return { basis, sampleCount: 0, costUsd, lowestUsd: costUsd, highestUsd: costUsd, mostUsd, tokens }
}

/** By the price of today, where it can be told. */
function costOfUse({ usage, costUsd, failedCostUsd }: JobUse, price: Price | undefined, images: number) {
  const counted = usage && price && costOf(price, usage, images)
  const own = counted ?? costUsd
  return own === undefined ? undefined : own + failedCostUsd
}

const knownOr = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value)

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
