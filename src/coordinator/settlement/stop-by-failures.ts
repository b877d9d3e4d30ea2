import type { Family } from '../../plan/geometry/family.js'
import type { StopRules } from '../run-options.js'
import type { RunState } from '../state/run-state.js'

const DEFAULT_AFTER = 20

/**
 * What to say when too many jobs of a producer have failed; undefined: not too many. Asked after each failed job. Each
 * producer counts by itself: thousands that one makes say nothing of the next.
 */
export function stopByFailures(
  { tallies, movie }: Pick<RunState, 'tallies' | 'movie'>,
  family: Family,
  job: number,
  { failureRate, after = DEFAULT_AFTER }: StopRules,
): string | undefined {
  const { failed, succeeded } = tallies[family.index]!
  const ended = failed + succeeded
  if (ended < after || failed < failureRate * ended) return undefined
  const error = movie.errors.get(job)
  const last = error === undefined ? '' : `, the last one with ${error.code}: ${error.message}`
  return `${failed} of ${ended} jobs of ${family.producer.name} failed${last}. Nothing more is started. Find the cause and run again: what is there is not made again, and failed jobs are tried once more. The rule is --stop-failure-rate (stop.failureRate).`
}
