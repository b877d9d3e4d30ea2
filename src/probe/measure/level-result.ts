import type { CallSample, Visit } from './call-sample.js'
import { ascending, meanOf, percentile, sumOf } from './percentile.js'

/** Latencies of accepted calls, in milliseconds. */
interface LatencySummary {
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** How busy this machine was with the calls. */
export interface LocalLoad {
  /** Share of time that the busiest worker thread's event loop was busy. */
  readonly busiestThread: number
  /** The same of the host's event loop. */
  readonly host: number
  /** CPU time of the process a second, in cores. */
  readonly cpuCores: number
}

/** What was measured with so many calls at the same time. */
export interface LevelResult {
  /** Calls at the same time. */
  readonly concurrency: number
  /** Accepted calls a second. */
  readonly throughput: number
  /** Half the width of the throughput's 95 % confidence interval. */
  readonly throughputError: number
  /** Of the calls that succeeded, in milliseconds. */
  readonly latencyMs: LatencySummary
  /** Accepted calls in flight, on average. */
  readonly inFlight: number
  /** Without warm-up. */
  readonly calls: number
  /** Calls that succeeded. */
  readonly accepted: number
  /** `rate_limited` or `overloaded`; an answer that could not be used is no refusal. */
  readonly refused: number
  /**
   * Calls that were not accepted, by code; `malformed` are those that the service answered with what could not be
   * used.
   */
  readonly errors: Readonly<Record<string, number>>
  /** Share of the calls that were refused, from 0 to 1. */
  readonly refusedShare: number
  /** Failed in another way. */
  readonly failedShare: number
  /** How busy this machine was. */
  readonly local: LocalLoad
}

/** Refusals below this share are no sign of a full service. */
export const REFUSAL_SHARE = 0.1
const CONFIDENCE_95 = 1.96
const CALLS_TO_COMPARE = 12
/** Refusals above this share, after a visit to the level without any, are no chance. */
const SPENT_SHARE = 0.3

/**
 * Sums up all visits to a level. The throughput is that of a closed loop, calls ÷ time of the places that made
 * them, so it does not matter that places in step finish in step; its interval comes from the spread of the calls
 * (a ratio estimator).
 */
export function summarizeLevel(
  concurrency: number,
  visits: readonly Visit[],
  local: LocalLoad = { busiestThread: 0, host: 0, cpuCores: 0 },
): LevelResult {
  const samples = undisturbed(lasting(visits).map(steadyPart)).flat()
  const accepted = samples.filter(({ outcome }) => outcome === 'accepted')
  const refused = samples.filter(({ outcome }) => outcome === 'refused').length
  const errors: Record<string, number> = {}
  for (const { code } of samples) if (code !== undefined) errors[code] = (errors[code] ?? 0) + 1
  const placeMs = sumOf(samples.map(cycleMs))
  const latencies = ascending(accepted.map(({ beganAtMs, endedAtMs }) => endedAtMs - beganAtMs))
  const perPlaceMs = placeMs === 0 ? 0 : accepted.length / placeMs
  const share = (count: number) => (samples.length === 0 ? 0 : count / samples.length)
  return {
    concurrency,
    throughput: perPlaceMs * concurrency * 1_000,
    throughputError: rateError(samples, perPlaceMs) * concurrency * 1_000,
    latencyMs: summaryOf(latencies),
    inFlight: placeMs === 0 ? 0 : (concurrency * sumOf(latencies)) / placeMs,
    calls: samples.length,
    accepted: accepted.length,
    refused,
    errors,
    refusedShare: share(refused),
    failedShare: share(samples.length - accepted.length - refused),
    local,
  }
}

/** When a level is refused that was not before, the visits before have used up what the service had saved up. */
function lasting(visits: readonly Visit[]): readonly Visit[] {
  const refusedOf = (visit: Visit) => visit.filter(({ outcome }) => outcome === 'refused').length
  const isSpent = visits.some(visit => refusedOf(visit) >= SPENT_SHARE * Math.max(1, visit.length))
  return isSpent ? visits.filter(visit => refusedOf(visit) > 0) : visits
}

/** A visit that falls so far behind another one of the same level had a pause in it: of the service, or of this machine. */
const DISTURBED = 0.93

function undisturbed(visits: readonly Visit[]): readonly Visit[] {
  if (visits.length < 2) return visits
  const rates = visits.map(rateOf)
  const best = Math.max(...rates)
  return visits.filter((visit, at) => visit.length === 0 || rates[at]! >= DISTURBED * best)
}

/** Accepted calls a millisecond of a place; of a few calls it says nothing. */
function rateOf(visit: Visit): number {
  if (visit.length < CALLS_TO_COMPARE) return 0
  const accepted = visit.filter(({ outcome }) => outcome === 'accepted').length
  return accepted / Math.max(1e-9, sumOf(visit.map(cycleMs)))
}

/** Relative half width of the throughput's interval. */
export const relativeError = ({ throughput, throughputError }: LevelResult): number =>
  throughput === 0 ? 1 : throughputError / throughput

/** A service that has saved up an allowance refuses only when it is spent: what came before says little. */
function steadyPart(visit: Visit): Visit {
  const refused = visit.filter(({ outcome }) => outcome === 'refused')
  if (refused.length < REFUSAL_SHARE * visit.length || refused.length === 0) return visit
  const fromMs = Math.min(...refused.map(({ endedAtMs }) => endedAtMs))
  const steady = visit.filter(({ beganAtMs }) => beganAtMs >= fromMs)
  return steady.length > 0 ? steady : visit
}

const cycleMs = ({ beganAtMs, freeAtMs }: CallSample): number => freeAtMs - beganAtMs

/** Of accepted ÷ time, by the variance of (accepted − rate × time) over the calls. */
function rateError(samples: Visit, rate: number): number {
  if (samples.length < 2) return rate
  const meanMs = meanOf(samples.map(cycleMs))
  const squares = samples.map(sample => (Number(sample.outcome === 'accepted') - rate * cycleMs(sample)) ** 2)
  const variance = squares.reduce((sum, square) => sum + square, 0) / (samples.length - 1)
  return meanMs === 0 ? 0 : (CONFIDENCE_95 * Math.sqrt(variance / samples.length)) / meanMs
}

function summaryOf(sorted: readonly number[]): LatencySummary {
  const at = (share: number) => round(percentile(sorted, share))
  return {
    mean: round(meanOf(sorted)),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  }
}

const round = (ms: number): number => Math.round(ms * 100) / 100
