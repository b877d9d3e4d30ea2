import { type LevelResult, REFUSAL_SHARE } from '../measure/level-result.js'
import { ascending, meanOf } from '../measure/percentile.js'
import { curveThroughput, fitCurve } from './fit-curve.js'

/** The best level has this share of the highest throughput: more calls at once would mostly wait. */
const NEAR_PEAK = 0.95
/** Levels this near to the highest are taken together, since the highest of several is the luckiest. */
const PLATEAU = 0.97
/** A curve that is off by no more is better than single levels, each with its own noise. */
const GOOD_FIT = 0.06

export interface Knee {
  /** The best level lies above this: throughput grows with the load, but never faster. */
  readonly above: number
  /** The smallest level that was measured and reaches {@link NEAR_PEAK}. */
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
    above,
    upTo,
    peakThroughput,
    peakConcurrency: highest.concurrency,
  }
}

/**
 * The smallest number of calls at once that comes near the peak, on the curve through all levels, which takes the
 * noise out of single ones.
 */
export function bestConcurrency(levels: readonly LevelResult[]): number {
  const curve = fitCurve(levels)
  if (curve === undefined || curve.residual > GOOD_FIT) return findKnee(levels).upTo
  const highest = Math.max(...levels.map(({ concurrency }) => concurrency))
  return nearPeakOf(n => curveThroughput(curve, n), highest)
}

/** A level so far below the curve through all of them had a pause in it. */
const ASTRAY = 0.94
/** Far below the knee it does not matter. */
const RELEVANT = 0.4

/** The level, among those that matter, that lies farthest below the curve; undefined when none is astray. */
export function strayLevel(levels: readonly LevelResult[]): LevelResult | undefined {
  const curve = fitCurve(levels)
  if (curve === undefined) return undefined
  const peak = Math.max(...levels.map(({ throughput }) => throughput))
  const ratioOf = ({ throughput, concurrency }: LevelResult) =>
    throughput / curveThroughput(curve, concurrency)
  return levels
    .filter(level => level.throughput >= RELEVANT * peak && ratioOf(level) < ASTRAY)
    .sort((a, b) => ratioOf(a) - ratioOf(b))[0]
}

function nearPeakOf(curve: (concurrency: number) => number, highest: number): number {
  const throughputs = Array.from({ length: highest }, (_, at) => curve(at + 1))
  const goal = NEAR_PEAK * Math.max(...throughputs)
  return throughputs.findIndex(throughput => throughput >= goal) + 1
}

/** Clean levels with this share of the calls say how long a call takes at the limit. */
const COMPARABLE = 0.25

/**
 * Calls that a service which refuses has at the same time, by Little's law: its rate × the time of a call. The time
 * at levels without refusals counts too, since a machine that is busy with refusals sees answers late.
 */
export function capacityOf(levels: readonly LevelResult[]): number {
  const refusing = levels.filter(({ refusedShare }) => refusedShare >= REFUSAL_SHARE)
  const perSecond = meanOf(refusing.map(({ throughput }) => throughput))
  const refusingMs = meanOf(refusing.map(({ latencyMs }) => latencyMs.mean))
  const capacity = (perSecond * refusingMs) / 1_000
  const clean = ascending(
    levels
      .filter(
        ({ refusedShare, concurrency }) =>
          refusedShare < REFUSAL_SHARE && concurrency >= COMPARABLE * capacity,
      )
      .map(({ latencyMs }) => latencyMs.mean),
  )
  const cleanMs = clean[(clean.length - 1) >> 1] ?? refusingMs
  return (perSecond * Math.min(refusingMs, cleanMs)) / 1_000
}
