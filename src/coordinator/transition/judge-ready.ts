import type { MovieEvent, SkipReason } from '../../model/movie/event.js'
import type { Family } from '../../plan/geometry/family.js'
import type { MadeResult } from '../../plan/up-to-date/find-made.js'
import type { JobAction } from '../../plan/up-to-date/job-action.js'
import type { Turn } from '../live-run.js'
import { inChains, type TakingJob } from '../schedule/in-chains.js'
import type { RunState } from '../state/run-state.js'
import { copyResult } from './copy-result.js'

/** Jobs judged in one turn of the loop, so that a million that become ready together do not stall it. */
const JUDGE_COUNT = 20_000

/** A job that takes a result counts as so many: its events are kept until they are appended. */
const REUSE_COUNT = 32

/** Judges jobs whose dependencies have settled: cached and skipped ones settle at once, others queue up. */
export function judgeReady(turn: Turn): void {
  const { schedule } = turn.run
  for (let count = 0; count < JUDGE_COUNT && schedule.hasMoreNow; ) {
    const taking: TakingJob[] = []
    for (; count < JUDGE_COUNT && schedule.hasMoreNow; count++) {
      const job = schedule.nextUnjudged()
      if (job === undefined) break
      const taken = judgeOne(turn, job)
      if (taken === undefined) continue
      taking.push(taken)
      count += REUSE_COUNT - 1
    }
    for (const { family, job, result } of inChains(taking)) takeResult(turn, family, job, result)
    if (taking.length === 0) return
  }
}

/** @returns the result that the job is to take */
function judgeOne(turn: Turn, job: number): TakingJob | undefined {
  const { state, schedule, judge } = turn.run
  if (!schedule.includes(job)) return undefined
  const family = state.plan.familyOf(job)
  const action = judge.judge(family, job)
  if (isLeftOut(state, family, job, action) || waitsForReview(state, family, job, action)) return undefined
  if (action.type === 'reuse') return { family, job, result: action }
  if (action.type === 'run') schedule.queue(family, job, action.reason)
  else settleUnrun(turn, family, job, action)
  return undefined
}

/** Of a job that the run is not to make, only what there is already counts: it stays open, and what reads it waits. */
function isLeftOut(state: RunState, family: Family, job: number, action: JobAction): boolean {
  const { subset } = state.options
  if (
    subset === undefined ||
    action.type === 'cached' ||
    action.type === 'failed' ||
    subset.includes(family, job)
  )
    return false
  return action.type !== 'skip' || !isKnownSkip(state, job, action.reason)
}

/** What is there, and what has no result to read, waits for nobody. */
function waitsForReview({ reviews }: RunState, family: Family, job: number, action: JobAction): boolean {
  if (reviews === undefined || action.type === 'cached' || action.type === 'failed') return false
  if (action.type === 'skip' && action.reason.type === 'upstream') return false
  return reviews.holds(family, job)
}

/** Settles a job that needs no run. */
export function settleUnrun(
  turn: Turn,
  family: Family,
  job: number,
  action: Exclude<JobAction, { type: 'run' }>,
): void {
  const { state, settlement } = turn.run
  if (action.type === 'cached' || action.type === 'failed') {
    settlement.settle(family, job, action.type)
    return
  }
  if (action.type === 'reuse') {
    takeResult(turn, family, job, action)
    return
  }
  const { reason } = action
  if (!isKnownSkip(state, job, reason)) {
    const jobId = state.movie.slots.jobIdAt(job)
    turn.record({ type: 'job.skipped', jobId, reason, timestamp: turn.moment.timestamp })
  }
  state.statuses.noteSkip(job, reason)
  settlement.settle(family, job, 'skipped')
}

/** A job that was made before for another element takes that result, whatever its provider has to do. */
function takeResult(turn: Turn, family: Family, job: number, made: MadeResult): void {
  const { state, settlement, before } = turn.run
  const active = state.active.get(job)
  const { movie } = state
  const attempt = active?.attempt ?? movie.attempts.get(job) + 1
  const recorder = {
    record: (event: MovieEvent) => turn.record(event),
    state,
    timestamp: turn.moment.timestamp,
  }
  copyResult(recorder, made, { job, jobId: movie.slots.jobIdAt(job), attempt, family })
  before.took(job)
  // An active job has settled with the event.
  if (active !== undefined) return
  state.reusedCount++
  settlement.settle(family, job, 'succeeded')
}

function isKnownSkip({ movie }: RunState, job: number, reason: SkipReason): boolean {
  if (movie.jobState(job) !== 'skipped') return false
  return JSON.stringify(movie.skipReasons.get(job)) === JSON.stringify(reason)
}
