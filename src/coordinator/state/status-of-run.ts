import type { RunStatus } from '../../model/run/run-status.js'
import type { LiveRun } from '../live-run.js'
import { reviewTally } from '../review/review-tally.js'

/** How a run ends that can start nothing more. */
export function statusOfRun({ state, schedule }: LiveRun): RunStatus {
  const { halt } = state
  // Cancelled when everything had settled: nothing was left to cancel.
  const isEnded = halt === undefined || (halt === 'cancelled' && schedule.unsettledCount === 0)
  if (!isEnded) return halt
  if (state.statuses.counts.failed - state.failedCandidates + state.failedLists > 0) return 'failed'
  const { waiting, rejected } = reviewTally(state)
  return waiting + rejected > 0 ? 'waiting' : 'succeeded'
}
