import { normalDeviate, seededRandom } from '../../../src/model/seeded-random.js'
import { type LevelBounds, nextLevel } from '../../../src/probe/measure/level-plan.js'
import type { LevelResult } from '../../../src/probe/measure/level-result.js'
import type { PlanEnd } from '../../../src/probe/measure/probe-end.js'

/** What a service does with so many calls at once. */
export interface Service {
  /** Accepted calls a second. */
  readonly throughput: (concurrency: number) => number
  /** Share of the calls that are refused. */
  readonly refusedShare?: (concurrency: number) => number
}

const NO_LOAD = { busiestThread: 0, host: 0, cpuCores: 0 }

/** A level as it would be measured, without noise. */
export function levelOf(
  concurrency: number,
  { throughput, refusedShare = () => 0 }: Service,
  more: Partial<LevelResult> = {},
): LevelResult {
  const perSecond = throughput(concurrency)
  const share = refusedShare(concurrency)
  const ms = perSecond === 0 ? 0 : ((concurrency * (1 - share)) / perSecond) * 1_000
  const calls = 100
  return {
    concurrency,
    throughput: perSecond,
    throughputError: 0.02 * perSecond,
    latencyMs: { mean: ms, p50: ms, p90: ms, p95: ms, p99: ms, max: ms },
    inFlight: concurrency * (1 - share),
    calls,
    accepted: calls * (1 - share),
    refused: calls * share,
    errors: {},
    refusedShare: share,
    failedShare: 0,
    local: NO_LOAD,
    ...more,
  }
}

export interface Probed {
  readonly levels: LevelResult[]
  readonly ended: PlanEnd
}

export const WIDE: LevelBounds = { maxConcurrency: 256, callsLeft: 1e6, msLeft: 1e6 }

/** Follows the plan, with throughputs that are off by `noise` (a standard deviation, relative). */
export function probeService(service: Service, seed: string, noise: number, bounds = WIDE): Probed {
  const random = seededRandom(seed)
  const byConcurrency = new Map<number, LevelResult>()
  const looks = new Map<number, number>()
  for (let step = 0; step < 100; step++) {
    const levels = [...byConcurrency.values()]
    const next = nextLevel(levels, looks, bounds)
    if (next.type === 'done') return { levels, ended: next.because }
    const { concurrency } = next
    looks.set(concurrency, (looks.get(concurrency) ?? 0) + 1)
    const factor = 1 + noise * normalDeviate(random)
    const exact = levelOf(concurrency, service)
    byConcurrency.set(concurrency, {
      ...exact,
      throughput: exact.throughput * factor,
      throughputError: 1.96 * noise * exact.throughput,
      inFlight: exact.inFlight * factor,
    })
  }
  throw new Error('the plan does not end')
}

/** The fewest calls at once with 95 % of the highest throughput. */
export function trueBest({ throughput }: Service, maxConcurrency = 256): number {
  const curve = Array.from({ length: maxConcurrency }, (_, at) => throughput(at + 1))
  return curve.findIndex(value => value >= 0.95 * Math.max(...curve)) + 1
}
