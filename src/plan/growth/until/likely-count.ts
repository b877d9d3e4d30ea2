import type { Expansion } from '../../../model/movie/expansion.js'
import type { TrialProgress } from '../list-growth.js'

/** How many elements a list will probably try: by the share that was accepted last time, as its `expect`, or all it may. */
export function likelyCount(
  { loop: { until, expect }, wanted }: Pick<TrialProgress, 'loop' | 'wanted'>,
  last: Expansion | undefined,
): number {
  const { count = 0, accepted = 0 } = last ?? {}
  const likely = accepted > 0 ? Math.ceil((wanted * count) / accepted) : (expect ?? until.attempts)
  return Math.min(until.attempts, Math.max(wanted, likely))
}
