import { JOB_STATES } from '../history/jobs/job-change.js'
import type { MovieMoment } from '../history/movie-moment.js'
import type { MovieData } from '../page-data.js'

const WINDOW_MS = 10_000
/** Of a quick run the time in which so many changes came is enough. */
const CHANGES_LIMIT = 20_000

/**
 * Jobs that ended a second over the last seconds, and how long the others take at that rate.
 * @param leftCount jobs that have not ended
 */
export function jobRate(
  moment: MovieMoment,
  nowMs: number,
  leftCount: number,
): Pick<MovieData, 'jobsPerSecond' | 'leftMs'> {
  const { history, run } = moment
  const oldest = moment.changes - CHANGES_LIMIT
  const sinceMs = Math.max(
    nowMs - WINDOW_MS,
    run?.startedAtMs ?? 0,
    oldest > 0 ? history.timeAt(oldest) : Number.NEGATIVE_INFINITY,
  )
  let ended = 0
  for (let change = moment.changes - 1; change >= 0 && history.timeAt(change) >= sinceMs; change--) {
    const state = JOB_STATES[history.kindAt(change)]
    if (state === 'succeeded' || state === 'failed') ended++
  }
  const jobsPerSecond = ended / (Math.max(nowMs - sinceMs, 1) / 1_000)
  return { jobsPerSecond, ...(ended > 0 && { leftMs: (leftCount / jobsPerSecond) * 1_000 }) }
}
