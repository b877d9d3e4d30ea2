import { fitUsl, uslThroughput } from './fit-usl.js'
import { type LevelResult, REFUSAL_SHARE } from './level-result.js'
import { meanOf } from './percentile.js'

/** The best level has this share of the highest throughput: more calls at once would mostly wait. */
const NEAR_PEAK = 0.95
/** Levels this near to the highest are taken together, since the highest of several is the luckiest. */
const PLATEAU = 0.97
/** A fit of the law that is off by less is better than single levels, each with its own noise. */
const GOOD_FIT = 0.03

export interface Knee {
  /** The smallest number of calls at once that reaches {@link NEAR_PEAK}. */
  readonly best: number
  /** It lies between these: throughput grows with the load, but never faster. */
  readonly above: number
  readonly upTo: number
  readonly peakThroughput: number
  readonly peakConcurrency: number
}

/** Finds where throughput stops growing. Pure. */
export function findKnee(levels: readonly LevelResult[]): Knee {
  const sorted = [...levels].sort((a, b) => a.concurrency - b.concurrency)
  const highest = sorted.reduce((best, level) => (level.throughput > best.throughput ? level : best))
  const plateau = sorted.filter(({ throughput }) => throughput >= PLATEAU * highest.throughput)
  const peakThroughput = meanOf(plateau.map(({ throughput }) => throughput))
  const goal = NEAR_PEAK * peakThroughput
  const at = sorted.findIndex(({ throughput }) => throughput >= goal)
  const upTo = sorted[at]!.concurrency
  const below = sorted[at - 1]
  const bound = below === undefined ? 1 : (below.concurrency * goal) / Math.max(below.throughput, 1e-9)
  const above = Math.min(upTo, Math.max(below?.concurrency ?? 1, bound))
  return {
    best: fittedBest(sorted, above, upTo) ?? upTo,
    above,
    upTo,
    peakThroughput,
    peakConcurrency: highest.concurrency,
  }
}

/** Where the law, if it fits, comes near its own peak among the levels that were measured. */
function fittedBest(sorted: readonly LevelResult[], above: number, upTo: number): number | undefined {
  const fit = fitUsl(sorted)
  if (fit === undefined || fit.residual > GOOD_FIT) return undefined
  const curve = Array.from({ length: sorted.at(-1)!.concurrency }, (_, at) => uslThroughput(fit, at + 1))
  const goal = NEAR_PEAK * Math.max(...curve)
  const best = curve.findIndex(throughput => throughput >= goal) + 1
  return Math.min(upTo, Math.max(Math.ceil(above), best))
}

/** Calls that a service which refuses has at the same time, all places being taken. */
export function capacityOf(levels: readonly LevelResult[]): number {
  const refusing = levels.filter(({ refusedShare }) => refusedShare >= REFUSAL_SHARE)
  return meanOf(refusing.map(({ inFlight }) => inFlight))
}
