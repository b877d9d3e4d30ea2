import { roundCost } from '../../model/provider/price.js'
import type { MovieMoment } from '../history/movie-moment.js'
import type { RecordedRun } from '../history/recorded-run.js'
import type { LiveData, MovieData, RunData } from '../page-data.js'
import { JobOrder } from './job-order.js'
import { jobRate } from './job-rate.js'
import { JobTally } from './job-tally.js'

/** What a log does not say. */
export interface Circumstances {
  /** Somebody writes the movie now. */
  readonly isWritten: boolean
  readonly nowMs: number
  readonly live?: LiveData | undefined
  /** The log is not read to its end yet. */
  readonly isReading: boolean
}

/** How the movie stands at a moment. Looks at each of its jobs once. */
export function movieData(movie: string, moment: MovieMoment, circumstances: Circumstances): MovieData {
  const { history } = moment
  const tally = new JobTally(moment, new JobOrder(moment))
  const runs = history.runs
    .filter(({ firstChange }) => firstChange <= moment.changes)
    .map(run => runData(run, moment, circumstances))
  const run = runs.at(-1)
  const isNow = moment.changes === history.length
  const isRunning = run?.state === 'running' && isNow
  const reviews = history.reviews.at(moment.changes)
  const { live, nowMs } = circumstances
  return {
    movie,
    changes: moment.changes,
    allChanges: history.length,
    events: history.seq,
    ...(circumstances.isReading && { isReading: true }),
    ...(moment.atMs !== undefined && { atMs: moment.atMs }),
    ...(run && { run }),
    runs,
    total: tally.total,
    done: tally.doneCount,
    states: tally.states,
    producers: tally.producers(live),
    costUsd: roundCost(moment.costUsd),
    uncertainCostUsd: roundCost(moment.uncertainCostUsd),
    asked: moment.askedCount,
    ...(reviews && { reviews }),
    ...(isNow && history.trials.loops.length > 0 && { trials: history.trials.loops }),
    ...(isRunning && jobRate(moment, nowMs, tally.leftCount)),
    failures: tally.failures(),
    ...(isRunning && live && { live }),
  }
}

function runData(run: RecordedRun, moment: MovieMoment, { isWritten }: Circumstances): RunData {
  const { runId, startedAtMs, concurrency, firstChange } = run
  const facts = { runId, startedAtMs, concurrency, firstChange }
  const { runs } = moment.history
  const { finished } = run
  if (finished === undefined)
    return { ...facts, state: isWritten && run === runs.at(-1) ? 'running' : 'interrupted' }
  if (finished.change > moment.changes) return { ...facts, state: 'running' }
  const { status, atMs, counts, stopReason, stopMessage } = finished
  return {
    ...facts,
    state: status,
    finishedAtMs: atMs,
    counts,
    ...(stopReason && { stopReason }),
    ...(stopMessage !== undefined && { stopMessage }),
  }
}
