import { type LevelResult, REFUSAL_SHARE, relativeError } from './level-result.js'

/** What the ramp has come to: it goes on, it needs another look at a level, or the service has enough. */
export type RampState =
  | { readonly state: 'growing' }
  | { readonly state: 'unsure'; readonly concurrency: number }
  | { readonly state: 'ended'; readonly by: 'flat' | 'refused' | 'failing' }

/** A doubled level that brings less than this has met a limit. */
const GROWTH = 1.12
/** A level that still brings so much more is not ended by refusals: it may be just above the limit. */
const STRONG_GROWTH = 1.6
/** Growth that an interval of this upper end may hide is looked at again. */
const HIDDEN_GROWTH = 1.35
/** Failures that come with the load differ so much from those that are always there. */
const SHARE_RISE = 0.07

/** Levels of the ramp: each is above the one before; the search near the knee begins by going down. */
export function rampOf(levels: readonly LevelResult[]): readonly LevelResult[] {
  const end = levels.findIndex(({ concurrency }, at) => at > 0 && concurrency <= levels[at - 1]!.concurrency)
  return end === -1 ? levels : levels.slice(0, end)
}

export function rampState(ramp: readonly LevelResult[]): RampState {
  const last = ramp.at(-1)
  const before = ramp.at(-2)
  if (last === undefined || before === undefined) return { state: 'growing' }
  if (last.throughput === 0 && last.calls > 0)
    return { state: 'ended', by: isHigh(last.refusedShare) ? 'refused' : 'failing' }
  const growth = before.throughput === 0 ? Number.POSITIVE_INFINITY : last.throughput / before.throughput
  const isStill = growth < GROWTH
  if (hasRisen(last.refusedShare, before.refusedShare, growth) || (isStill && isHigh(last.refusedShare)))
    return { state: 'ended', by: 'refused' }
  if (hasRisen(last.failedShare, before.failedShare, growth)) return { state: 'ended', by: 'failing' }
  if (!isStill) return { state: 'growing' }
  const error = Math.hypot(relativeError(last), relativeError(before))
  if (growth * (1 + error) < HIDDEN_GROWTH) return { state: 'ended', by: 'flat' }
  const vaguer = relativeError(last) >= relativeError(before) ? last : before
  return { state: 'unsure', concurrency: vaguer.concurrency }
}

const isHigh = (share: number): boolean => share >= REFUSAL_SHARE

const hasRisen = (share: number, before: number, growth: number): boolean =>
  isHigh(share) && share >= before + SHARE_RISE && growth < STRONG_GROWTH
