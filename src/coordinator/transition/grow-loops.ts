import { PLAN_JOB_LIMIT } from '../../blueprint/blueprint-limits.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { ListReader } from '../../plan/growth/read-made-lists.js'
import type { Turn } from '../live-run.js'

/** Reads the lists of jobs that have settled, and adds the jobs for their elements. */
export function growLoops(turn: Turn): void {
  const { state, schedule } = turn.run
  for (let job = schedule.nextMaker(); job !== undefined; job = schedule.nextMaker()) {
    const lists = state.plan.growth.listsOf(state.plan.familyOf(job), job)
    const reader = listReader(turn)
    const blobs = reader.missing(lists)
    if (blobs.length > 0 && state.options.expectedLength === undefined) {
      state.loadingLists.add(job)
      turn.perform({ type: 'load-values', job, blobs })
      continue
    }
    for (const list of lists) reader.read(list, state.options.expectedLength?.(list))
    schedule.listsRead(job)
    checkSize(turn)
  }
}

/** The lists of a job cannot be loaded. */
export function failLists(turn: Turn, job: number, message: string): void {
  const { plan } = turn.run.state
  const reader = listReader(turn)
  for (const list of plan.growth.listsOf(plan.familyOf(job), job)) reader.fail(list, { code: 'bug', message })
  turn.run.schedule.listsRead(job)
}

function listReader(turn: Turn): ListReader {
  const { state, schedule, settlement } = turn.run
  const { timestamp } = turn.moment
  return new ListReader(state.plan, state.movie, state.statuses, {
    movesIn: state.options.movesInList,
    expanded: (expansion, moved) =>
      turn.record({ type: 'loop.expanded', ...expansion, ...(moved && { moved }), timestamp }),
    failed: () => {
      state.failedLists++
      if (state.options.failFast) settlement.stop('stopped', 'fail_fast')
    },
    added: block => schedule.grow(block),
  })
}

function checkSize({ run: { state, settlement } }: Turn): void {
  const { jobSlots, artifactSlots } = state.plan.geometry
  if (jobSlots <= PLAN_JOB_LIMIT && artifactSlots <= PLAN_JOB_LIMIT) return
  settlement.breakOff(
    new ShowrunnerError(
      'PLAN_TOO_LARGE',
      `The lists of this run lead to ${jobSlots} jobs and ${artifactSlots} artifacts; at most ${PLAN_JOB_LIMIT} of each fit in one run. Lower the max of its loops, or split the inputs into several movies.`,
      { details: { jobCount: jobSlots, artifactCount: artifactSlots, limit: PLAN_JOB_LIMIT } },
    ),
  )
}
