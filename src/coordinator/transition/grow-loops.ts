import { PLAN_JOB_LIMIT } from '../../blueprint/blueprint-limits.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { Family } from '../../plan/geometry/family.js'
import { adoptBlock } from '../../plan/growth/adopt-block.js'
import type { GrowthListener } from '../../plan/growth/growth-listener.js'
import { ListReader } from '../../plan/growth/read-made-lists.js'
import { accepts } from '../../plan/growth/until/accepts.js'
import type { Turn } from '../live-run.js'

/** Reads the lists of jobs that have settled, and adds the jobs for their elements. */
export function growLoops(turn: Turn): void {
  const { state, schedule } = turn.run
  const { growth } = state.plan
  if (growth.untils.length > 0) turn.run.trials.begin(listenerOf(turn))
  for (let job = schedule.nextMaker(); job !== undefined; job = schedule.nextMaker()) {
    const family = state.plan.familyOf(job)
    const lists = growth.listsOf(family, job)
    const reader = listReader(turn)
    const blobs = reader.missing(lists)
    if (blobs.length > 0 && state.options.expectedLength === undefined) {
      state.loadingLists.add(job)
      turn.perform({ type: 'load-values', job, blobs })
      continue
    }
    for (const list of lists) reader.read(list, state.options.expectedLength?.(list))
    if (growth.untils.length > 0) decideElement(turn, family, job)
    schedule.listsRead(job)
    checkSize(turn)
  }
}

/** A job may decide whether an element is accepted, and so how a list goes on. */
function decideElement(turn: Turn, family: Family, job: number): void {
  const { statuses, options } = turn.run.state
  const foresees = statuses.get(job) === 'succeeded' ? options.foreseesAccepted : undefined
  turn.run.trials.settled(
    family,
    job,
    listenerOf(turn),
    (rule, trial) => foresees?.(trial) ?? accepts(rule, job, statuses),
  )
}

/** The lists of a job cannot be loaded. */
export function failLists(turn: Turn, job: number, message: string): void {
  const { plan } = turn.run.state
  const reader = listReader(turn)
  for (const list of plan.growth.listsOf(plan.familyOf(job), job)) reader.fail(list, { code: 'bug', message })
  turn.run.schedule.listsRead(job)
}

function listReader(turn: Turn): ListReader {
  const { plan, movie, statuses } = turn.run.state
  return new ListReader(plan, movie, statuses, listenerOf(turn), turn.run.trials)
}

function listenerOf(turn: Turn): GrowthListener {
  const { state, schedule, settlement } = turn.run
  const { timestamp } = turn.moment
  const failed = () => {
    state.failedLists++
    if (state.options.failFast) settlement.stop('stopped', 'fail_fast')
  }
  return {
    movesIn: state.options.movesInList,
    expanded: (expansion, moved) =>
      turn.record({ type: 'loop.expanded', ...expansion, ...(moved && { moved }), timestamp }),
    failed,
    short: failed,
    added: block => {
      adoptBlock(state.movie, block)
      schedule.grow(block)
    },
  }
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
