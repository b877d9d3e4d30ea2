import { roundCost } from '../../model/provider/price.js'
import { isOverride, JOB_STATES } from '../history/jobs/job-change.js'
import { moveFlags } from '../history/moves-in-time.js'
import type { MovieMoment } from '../history/movie-moment.js'
import type { RunChanges } from '../page-data.js'

const SUCCEEDED = JOB_STATES.indexOf('succeeded')

/** What each run has done to the movie up to a moment, in their order. */
export function runChanges(moment: MovieMoment): RunChanges[] {
  const { history } = moment
  const { runs } = history
  const hasSucceeded = new Uint8Array(history.jobs.count)
  let moves = 0
  const follow = (change: number) => {
    for (let next = history.moves.at(moves); next && next.change <= change; next = history.moves.at(++moves))
      moveFlags(hasSucceeded, next)
  }
  return runs.flatMap((run, at) => {
    if (run.firstChange > moment.changes) return []
    const to = Math.min(moment.changes, runs[at + 1]?.firstChange ?? history.length)
    const counts = { made: 0, remade: 0, failed: 0, attempts: 0, byHand: 0 }
    let cost = 0
    for (let change = run.firstChange; change < to; change++) {
      follow(change)
      const job = history.jobAt(change)
      const kind = history.kindAt(change)
      const state = JOB_STATES[kind]
      if (isOverride(kind)) counts.byHand++
      if (state === 'failed') counts.failed++
      if (state === 'succeeded' || state === 'failed' || state === 'retrying') counts.attempts++
      if (kind === SUCCEEDED) {
        if (hasSucceeded[job] === 1) counts.remade++
        else counts.made++
        hasSucceeded[job] = 1
      }
      cost += history.costAt(change)
    }
    return [{ runId: run.runId, from: run.firstChange, to, ...counts, costUsd: roundCost(cost) }]
  })
}
