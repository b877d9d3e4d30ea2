import { capacityOf, findKnee, strayLevel } from '../analyse/knee.js'
import { isAllowanceSpent } from './allowance-spent.js'
import { type LevelResult, REFUSAL_SHARE, relativeError } from './level-result.js'
import type { PlanEnd } from './probe-end.js'
import { rampOf, rampState } from './ramp.js'

export interface LevelBounds {
  readonly maxConcurrency: number
  readonly callsLeft: number
  readonly msLeft: number
}

export type NextLevel =
  | {
      readonly type: 'measure'
      readonly concurrency: number
      /** The level is left when the interval of its throughput is this narrow. */
      readonly relativeError: number
    }
  | { readonly type: 'done'; readonly because: PlanEnd }

const RAMP_ERROR = 0.1
const FINE_ERROR = 0.025
/** Levels that are measured near the knee, at most. */
const FINE_LEVELS = 7
/** Looks at one level, at most. */
const LOOKS = 3
/** The knee is known when it lies between two levels this near. */
const NEAR = 1.08
/** The height of the peak is measured at levels that have this share of it. */
const HIGH = 0.9
/** A level is looked at again to confirm a limit when that takes no more of the calls that are left. */
const CONFIRM_SHARE = 0.4
/** What a level needs: its places fill, are measured, and empty. */
const callsFor = (concurrency: number): number => 2 * concurrency + Math.max(12, concurrency)

/**
 * Which level comes next: 1, 2, 4 … until throughput stops growing or calls are refused, then levels near the
 * knee. `levels` in the order of their first visit, `looks` how often each was visited. Pure.
 */
export function nextLevel(
  levels: readonly LevelResult[],
  looks: ReadonlyMap<number, number>,
  bounds: LevelBounds,
): NextLevel {
  if (bounds.callsLeft <= 0) return { type: 'done', because: 'calls' }
  if (bounds.msLeft <= 0) return { type: 'done', because: 'time' }
  if (isAllowanceSpent(levels)) return nearCapacity(levels, FINE_LEVELS, looks, bounds)
  const ramp = rampOf(levels)
  const isRamping = ramp.length === levels.length
  const state = rampState(ramp)
  if (isRamping && state.state === 'unsure' && (looks.get(state.concurrency) ?? 0) < LOOKS)
    return measure(state.concurrency, RAMP_ERROR, bounds)
  const fine = levels.length - ramp.length
  const last = ramp.at(-1)
  if (isRamping && state.state === 'ended' && state.by !== 'refused' && last !== undefined) {
    // A pause of the service, or of this machine, looks like a limit once.
    const isConfirmed = (looks.get(last.concurrency) ?? 0) > 1
    const isCheap = callsFor(last.concurrency) < CONFIRM_SHARE * bounds.callsLeft
    if (!isConfirmed && isCheap) return measure(last.concurrency, RAMP_ERROR, bounds)
  }
  if (state.state === 'growing') {
    const next = isRamping ? nextOfRamp(ramp, bounds) : undefined
    if (next?.type === 'measure') return next
    // The limit may lie between the last two levels.
    const near = nearKnee(levels, fine, looks, bounds)
    if (near.type === 'measure') return near
    return next ?? { type: 'done', because: endOfRamp(ramp, bounds) }
  }
  if (state.state === 'ended' && state.by === 'refused') return nearCapacity(levels, fine, looks, bounds)
  return nearKnee(levels, fine, looks, bounds)
}

function nextOfRamp(ramp: readonly LevelResult[], bounds: LevelBounds): NextLevel {
  const last = ramp.at(-1)?.concurrency ?? 0
  if (last >= bounds.maxConcurrency) return { type: 'done', because: endOfRamp(ramp, bounds) }
  return measure(Math.min(bounds.maxConcurrency, Math.max(1, 2 * last)), RAMP_ERROR, bounds)
}

const endOfRamp = (ramp: readonly LevelResult[], { maxConcurrency }: LevelBounds): PlanEnd =>
  (ramp.at(-1)?.concurrency ?? 0) >= maxConcurrency ? 'max_concurrency' : 'calls'

/** The calls that a refusing service accepts at once are the level to look at; is it free of refusals? */
function nearCapacity(
  levels: readonly LevelResult[],
  fine: number,
  looks: ReadonlyMap<number, number>,
  bounds: LevelBounds,
): NextLevel {
  const capacity = Math.max(1, Math.round(capacityOf(levels)))
  const near = levels.find(
    ({ concurrency, refusedShare }) =>
      refusedShare < REFUSAL_SHARE && Math.max(concurrency / capacity, capacity / concurrency) < NEAR,
  )
  if (near !== undefined || fine >= FINE_LEVELS) return { type: 'done', because: 'found' }
  if ((looks.get(capacity) ?? 0) === 0) return measure(capacity, FINE_ERROR, bounds)
  const refusing = levels.find(({ concurrency }) => concurrency === capacity)!
  const lower = Math.floor(capacity * (1 - refusing.refusedShare))
  if (lower < 1 || (looks.get(lower) ?? 0) > 0) return { type: 'done', because: 'found' }
  return measure(lower, FINE_ERROR, bounds)
}

/** A limit that lies between bounds this near is told apart from twice as much. */
const NARROW = 1.25

/** Whether the levels say where the limit is, although the plan was not carried out to its end. Pure. */
export function isNarrowedDown(levels: readonly LevelResult[]): boolean {
  const state = rampState(rampOf(levels))
  if (state.state === 'ended' && state.by === 'refused') {
    const capacity = Math.max(1, capacityOf(levels))
    return levels.some(({ concurrency }) => Math.max(concurrency / capacity, capacity / concurrency) < NARROW)
  }
  const { above, upTo } = findKnee(levels)
  return upTo / above < NARROW
}

function nearKnee(
  levels: readonly LevelResult[],
  fine: number,
  looks: ReadonlyMap<number, number>,
  bounds: LevelBounds,
): NextLevel {
  if (levels.length === 0) return { type: 'done', because: 'calls' }
  const stray = strayLevel(levels)
  if (stray !== undefined && (looks.get(stray.concurrency) ?? 0) < LOOKS)
    return measure(stray.concurrency, FINE_ERROR, bounds)
  const { above, upTo, peakThroughput } = findKnee(levels)
  if (fine >= FINE_LEVELS) return { type: 'done', because: 'found' }
  const known = new Set(levels.map(({ concurrency }) => concurrency))
  if (upTo / above > NEAR) {
    // A sharp knee is where the line through the origin says; a soft one is halved.
    const guess = fine % 2 === 0 ? above * 1.03 : Math.sqrt(above * upTo)
    const concurrency = Math.min(upTo - 1, Math.max(Math.floor(above) + 1, Math.round(guess)))
    if (concurrency >= 1 && !known.has(concurrency)) return measure(concurrency, FINE_ERROR, bounds)
  }
  const vague = levels.find(
    level =>
      level.throughput >= HIGH * peakThroughput &&
      relativeError(level) > 1.5 * FINE_ERROR &&
      (looks.get(level.concurrency) ?? 0) < LOOKS,
  )
  return vague === undefined
    ? { type: 'done', because: 'found' }
    : measure(vague.concurrency, FINE_ERROR, bounds)
}

function measure(concurrency: number, error: number, { callsLeft }: LevelBounds): NextLevel {
  if (callsFor(concurrency) > callsLeft) return { type: 'done', because: 'calls' }
  return { type: 'measure', concurrency, relativeError: error }
}
