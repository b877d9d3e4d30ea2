import type { Latency } from '../../model/provider/latency.js'
import type { CallSample } from '../measure/call-sample.js'
import { ascending, percentile } from '../measure/percentile.js'

/** Steps between the quantiles: 0 %, 1 % … 100 %. */
const STEPS = 100

/** Measured latencies as `simulate` takes them: `config: { latencyMs: … }`. Undefined without a call that was accepted. */
export function empiricalLatency(samples: readonly CallSample[]): Latency | undefined {
  const accepted = samples.filter(({ outcome }) => outcome === 'accepted')
  if (accepted.length === 0) return undefined
  const sorted = ascending(accepted.map(({ beganAtMs, endedAtMs }) => endedAtMs - beganAtMs))
  const quantiles = Array.from(
    { length: STEPS + 1 },
    (_, at) => Math.round(percentile(sorted, at / STEPS) * 10) / 10,
  )
  return { distribution: 'empirical', quantiles }
}
