import { isAllowanceSpent } from '../measure/allowance-spent.js'
import type { LevelResult } from '../measure/level-result.js'
import { REFUSAL_SHARE } from '../measure/level-result.js'
import { meanOf, sumOf } from '../measure/percentile.js'
import type { ProbeEnd } from '../measure/probe-end.js'
import { rampOf, rampState } from '../measure/ramp.js'
import { capacityOf, findKnee } from './knee.js'

/** What keeps throughput from growing. */
export type Limit =
  /** Calls are refused by their number in a time. */
  | {
      readonly type: 'rate_limit'
      readonly requestsPerMinute: number
      /** Faster than what lasts, while what the service had saved up before the probe was used up. */
      readonly savedUp?: SavedUp
    }
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
  | { readonly type: 'none'; readonly because: Exclude<ProbeEnd, 'found'> }

/** The fastest level that was not refused, above the rate that lasts. */
export interface SavedUp {
  readonly concurrency: number
  /** Accepted calls a second. */
  readonly throughput: number
}

/** Calls sent at the same moment to a service that refuses. */
export interface Burst {
  readonly sent: number
  readonly accepted: number
}

/** An event loop, or all cores, that are so busy have no time left. */
const BUSY = 0.9
/** A knee this far below the highest level is one. */
const BELOW_END = 0.9
/** So few calls that were accepted between refusals are no rate. */
const FEW = 3
/** Levels without refusals that are so much faster than what lasts have used up what was saved. */
const FASTER = 1.25
/** A cap accepts what it holds, of any burst; an allowance what it has saved up. */
const SAME_AS_CAPACITY = 0.15

export interface Evidence {
  readonly ended: ProbeEnd
  readonly burst: Burst | undefined
  /** Calls accepted in all, warm-up included. */
  readonly accepted: number
  /** Of this machine. */
  readonly cores: number
}

/** Names the limit. Pure. */
export function conclusionOf(levels: readonly LevelResult[], evidence: Evidence): Limit {
  const { ended, cores } = evidence
  // Whatever the load, nothing succeeds any more: that is no limit.
  if (ended === 'errors') return { type: 'none', because: 'errors' }
  if (isAllowanceSpent(levels)) return refusalsOf(levels, evidence)
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
  const refusing = levels.filter(({ refusedShare }) => refusedShare >= REFUSAL_SHARE)
  if (sumOf(refusing.map(level => level.accepted)) < FEW)
    return isRate(refusing) ? { type: 'quota', calls: accepted } : { type: 'failures' }
  const perSecond = meanOf(refusing.map(({ throughput }) => throughput))
  const savedUp = savedUpOf(levels, perSecond)
  const isSame =
    burst !== undefined && Math.abs(burst.accepted - capacity) <= Math.max(1, SAME_AS_CAPACITY * capacity)
  // Counted, where the capacity is an average that delays on this machine raise. A cap is never passed at first.
  if (isSame && savedUp === undefined)
    return { type: 'concurrency_cap', concurrency: Math.max(1, burst.accepted) }
  const requestsPerMinute = Math.max(1, Math.round(perSecond * 60))
  return { type: 'rate_limit', requestsPerMinute, ...(savedUp && { savedUp }) }
}

function savedUpOf(levels: readonly LevelResult[], perSecond: number): SavedUp | undefined {
  const { concurrency, throughput } = levels
    .filter(level => level.refusedShare < REFUSAL_SHARE)
    .filter(level => level.throughput - level.throughputError > FASTER * perSecond)
    .reduce((best, level) => (level.throughput > best.throughput ? level : best), NO_LEVEL)
  return throughput === 0 ? undefined : { concurrency, throughput }
}

const NO_LEVEL: SavedUp = { concurrency: 0, throughput: 0 }

/** Refused by a limit, and not by a service that breaks down. */
function isRate(refusing: readonly LevelResult[]): boolean {
  const count = (code: string) => sumOf(refusing.map(({ errors }) => errors[code] ?? 0))
  return count('rate_limited') >= count('overloaded')
}

const isBusy = ({ local }: LevelResult, cores: number): boolean =>
  local.busiestThread >= BUSY || local.host >= BUSY || local.cpuCores >= BUSY * cores
