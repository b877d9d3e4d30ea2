import { capacityOf, findKnee } from './knee.js'
import type { PlanEnd } from './level-plan.js'
import type { LevelResult } from './level-result.js'
import { REFUSAL_SHARE } from './level-result.js'
import { meanOf } from './percentile.js'
import { rampOf, rampState } from './ramp.js'

/** What keeps throughput from growing. */
export type Limit =
  /** Calls are refused by their number in a time. */
  | { readonly type: 'rate_limit'; readonly requestsPerMinute: number }
  /** So many calls were accepted, and then none: an allowance for a minute or longer, spent all at once. */
  | { readonly type: 'quota'; readonly calls: number }
  /** Calls are refused by how many there are at once. */
  | { readonly type: 'concurrency_cap'; readonly concurrency: number }
  /** Nothing is refused: more calls at once only take longer. */
  | { readonly type: 'latency' }
  /** Calls fail or time out under load. */
  | { readonly type: 'failures' }
  /** This machine has no more time for them: the service may take more. */
  | { readonly type: 'local' }
  /** None was met. */
  | { readonly type: 'none'; readonly because: Exclude<PlanEnd, 'found'> | 'interrupted' }

/** Calls sent at the same moment to a service that refuses. */
export interface Burst {
  readonly sent: number
  readonly accepted: number
}

/** An event loop, or all cores, that are so busy have no time left. */
const BUSY = 0.9
/** A knee this far below the highest level is one. */
const BELOW_END = 0.9
/** A service that has fewer calls than this at once, on average, lets none pass. */
const SPENT = 0.02
/** A cap accepts what it holds, of any burst; an allowance what it has saved up. */
const SAME_AS_CAPACITY = 0.15

export interface Evidence {
  readonly ended: PlanEnd | 'interrupted'
  readonly burst: Burst | undefined
  /** Calls accepted in all, warm-up included. */
  readonly accepted: number
  /** Of this machine. */
  readonly cores: number
}

/** Names the limit. Pure. */
export function verdictOf(levels: readonly LevelResult[], evidence: Evidence): Limit {
  const { ended, cores } = evidence
  const ramp = rampOf(levels)
  const state = rampState(ramp)
  if (state.state !== 'ended') {
    // The ramp met a limit before its end, which only closer levels have shown.
    if (ramp.length > 1 && findKnee(levels).upTo < BELOW_END * ramp.at(-1)!.concurrency)
      return isBusy(ramp.at(-1)!, cores) ? { type: 'local' } : { type: 'latency' }
    return { type: 'none', because: ended === 'found' ? 'calls' : ended }
  }
  if (state.by === 'refused') return refusalsOf(levels, evidence)
  if (isBusy(ramp.at(-1)!, cores)) return { type: 'local' }
  return state.by === 'failing' ? { type: 'failures' } : { type: 'latency' }
}

function refusalsOf(levels: readonly LevelResult[], { burst, accepted }: Evidence): Limit {
  const capacity = capacityOf(levels)
  if (capacity < SPENT) return { type: 'quota', calls: accepted }
  if (burst !== undefined && Math.abs(burst.accepted - capacity) <= Math.max(1, SAME_AS_CAPACITY * capacity))
    // Counted, where the capacity is an average that delays on this machine raise.
    return { type: 'concurrency_cap', concurrency: Math.max(1, burst.accepted) }
  const refusing = levels.filter(({ refusedShare }) => refusedShare >= REFUSAL_SHARE)
  const perSecond = meanOf(refusing.map(({ throughput }) => throughput))
  return { type: 'rate_limit', requestsPerMinute: Math.max(1, Math.round(perSecond * 60)) }
}

const isBusy = ({ local }: LevelResult, cores: number): boolean =>
  local.busiestThread >= BUSY || local.host >= BUSY || local.cpuCores >= BUSY * cores
