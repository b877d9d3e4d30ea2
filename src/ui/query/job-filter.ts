import { isDecision, JOB_STATES, type JobState, stateNumber } from '../history/jobs/job-change.js'
import { moveFlags } from '../history/moves-in-time.js'
import type { MovieMoment } from '../history/movie-moment.js'
import type { JobOrder } from './job-order.js'

/** Jobs to be shown; what is left out leaves them all. */
export interface JobFilter {
  readonly producer?: string | undefined
  readonly state?: JobState | undefined
  /** As `FailureData.reason` names it. */
  readonly reason?: number | undefined
  /** A part of an id or of an error, whatever the case. */
  readonly text?: string | undefined
  /** Jobs that changed after so many changes, and before so many. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** The jobs that a filter leaves, in order; undefined when it leaves all. */
export function filteredJobs(
  moment: MovieMoment,
  order: JobOrder,
  { producer, state, reason, text, from, to }: JobFilter,
): Uint32Array | undefined {
  const { history } = moment
  const { jobs } = history
  const isAll = [producer, state, reason, text || undefined, from, to].every(part => part === undefined)
  if (isAll) return undefined
  const wantedProducer = producer === undefined ? -1 : jobs.producers.indexOf(producer)
  if (producer !== undefined && wantedProducer === -1) return new Uint32Array(0)
  const wantedState = state === undefined ? -1 : stateNumber(state)
  const hasText = textTest(moment, text?.toLowerCase() ?? '')
  const hasChanged = from === undefined && to === undefined ? undefined : changedJobs(moment, from, to)
  const found = new Uint32Array(order.count)
  let count = 0
  for (let place = 0; place < order.count; place++) {
    const job = order.jobAt(place)
    if (hasChanged?.[job] === 0) continue
    if (wantedProducer !== -1 && jobs.producerAt(job) !== wantedProducer) continue
    if (wantedState !== -1 && moment.stateOf(job) !== wantedState) continue
    if (reason !== undefined && reasonOf(moment, job) !== reason) continue
    if (hasText(job)) found[count++] = job
  }
  return found.subarray(0, count)
}

export const isJobState = (text: string | undefined): text is JobState =>
  (JOB_STATES as readonly (string | undefined)[]).includes(text)

/** 1 for each job that changed then, as it is called at the moment. */
export function changedJobs({ history, changes }: MovieMoment, from = 0, to = changes): Uint8Array {
  const has = new Uint8Array(history.jobs.count)
  let change = from
  const mark = (end: number) => {
    for (; change < Math.min(end, to, changes); change++)
      if (!isDecision(history.kindAt(change))) has[history.jobAt(change)] = 1
  }
  for (let index = 0; index < history.moves.count; index++) {
    const moves = history.moves.at(index)!
    if (moves.change <= from || moves.change > changes) continue
    mark(moves.change)
    moveFlags(has, moves)
  }
  mark(changes)
  return has
}

/** As `FailureData.reason` names it; 0: none. */
function reasonOf(moment: MovieMoment, job: number): number {
  const last = moment.lastChangeOf(job)
  return last === -1 ? 0 : moment.history.reasonAt(last)
}

/** Whether a text is in the id of a job, or in why it failed. */
function textTest(moment: MovieMoment, text: string): (job: number) => boolean {
  if (text === '') return () => true
  const { reasons, jobs } = moment.history
  const hasName = jobs.names.with(text)
  const isInReason = [false]
  for (let number = 1; number <= reasons.count; number++) {
    const { code, message } = reasons.at(number)!
    isInReason.push(`${code} ${message}`.toLowerCase().includes(text))
  }
  return job => hasName[job] === 1 || isInReason[reasonOf(moment, job)]!
}
