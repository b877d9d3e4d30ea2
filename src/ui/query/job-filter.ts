import { JOB_STATES, type JobState, stateNumber } from '../history/job-change.js'
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
}

/** The jobs that a filter leaves, in order; undefined when it leaves all. */
export function filteredJobs(
  moment: MovieMoment,
  order: JobOrder,
  { producer, state, reason, text }: JobFilter,
): Uint32Array | undefined {
  const { history } = moment
  const { jobs } = history
  if (producer === undefined && state === undefined && reason === undefined && !text) return undefined
  const wantedProducer = producer === undefined ? -1 : jobs.producers.indexOf(producer)
  if (producer !== undefined && wantedProducer === -1) return new Uint32Array(0)
  const wantedState = state === undefined ? -1 : stateNumber(state)
  const wantedText = text?.toLowerCase() ?? ''
  const reasonHas = textInReasons(moment, wantedText)
  const found = new Uint32Array(order.count)
  let count = 0
  for (let place = 0; place < order.count; place++) {
    const job = order.jobAt(place)
    if (wantedProducer !== -1 && jobs.producerAt(job) !== wantedProducer) continue
    if (wantedState !== -1 && moment.stateOf(job) !== wantedState) continue
    const last = moment.lastChangeOf(job)
    const why = last === -1 ? 0 : history.reasonAt(last)
    if (reason !== undefined && why !== reason) continue
    if (wantedText !== '' && !reasonHas[why] && !nameOf(jobs.idAt(job)).toLowerCase().includes(wantedText))
      continue
    found[count++] = job
  }
  return found.subarray(0, count)
}

export const isJobState = (text: string | undefined): text is JobState =>
  (JOB_STATES as readonly (string | undefined)[]).includes(text)

/** `Producer:Picture[3]` → `Picture[3]` */
export const nameOf = (id: string): string => id.replace(/^Producer:/, '')

function textInReasons({ history: { reasons } }: MovieMoment, text: string): boolean[] {
  const has = [false]
  for (let number = 1; number <= reasons.count; number++) {
    const { code, message } = reasons.at(number)!
    has.push(text !== '' && `${code} ${message}`.toLowerCase().includes(text))
  }
  return has
}
