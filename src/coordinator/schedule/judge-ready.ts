import type { MovieEvent, SkipReason } from '../../model/movie/event.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Verdict } from '../../plan/up-to-date/verdict.js'
import type { RunBoard } from '../state/run-board.js'

/** Jobs judged in one turn of the loop, so that a million that become ready together do not stall it. */
const JUDGE_COUNT = 20_000

type Record = (event: MovieEvent) => void

/** Judges jobs whose dependencies have settled: cached and skipped ones settle at once, others queue up. */
export function judgeReady(board: RunBoard, record: Record, timestamp: string): void {
  for (let count = 0; count < JUDGE_COUNT && board.hasFrontier; count++) {
    const job = board.nextUnjudged()
    if (job === undefined) return
    const family = board.plan.familyOf(job)
    if (!board.includes(job)) continue
    const verdict = board.judge.judge(family, job)
    if (verdict.type === 'run') board.queue(family, job, verdict.reason)
    else settleUnrun(board, family, job, verdict, record, timestamp)
  }
}

/** Settles a job that needs no run. */
export function settleUnrun(
  board: RunBoard,
  family: Family,
  job: number,
  verdict: Exclude<Verdict, { type: 'run' }>,
  record: Record,
  timestamp: string,
): void {
  if (verdict.type === 'cached') {
    board.settle(family, job, 'cached')
    return
  }
  if (!isKnownSkip(board, job, verdict.reason))
    record({ type: 'job.skipped', jobId: board.movie.slots.jobIdAt(job), reason: verdict.reason, timestamp })
  board.standings.noteSkip(job, verdict.reason)
  board.settle(family, job, 'skipped')
}

function isKnownSkip({ movie }: RunBoard, job: number, reason: SkipReason): boolean {
  if (movie.jobState(job) !== 'skipped') return false
  return JSON.stringify(movie.skipReasons.get(job)) === JSON.stringify(reason)
}
