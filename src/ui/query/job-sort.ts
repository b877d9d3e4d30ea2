import type { MovieMoment } from '../history/movie-moment.js'
import type { JobOrder } from './job-order.js'

/** What a list of jobs can be ordered by. */
const JOB_SORTS = ['state', 'attempts', 'duration', 'cost', 'at'] as const
type JobSort = (typeof JOB_SORTS)[number]

/** A column, with `-` in front for the largest first; undefined for anything else. */
export function sortOf(
  text: string | undefined,
): { readonly by: JobSort; readonly isDown: boolean } | undefined {
  const isDown = text?.startsWith('-') ?? false
  const by = JOB_SORTS.find(name => name === (isDown ? text!.slice(1) : text))
  return by && { by, isDown }
}

/** The jobs of a list by a column; those that are equal stay in the order of the plan. */
export function sortedJobs(
  moment: MovieMoment,
  order: JobOrder,
  found: Uint32Array | undefined,
  { by, isDown }: { readonly by: JobSort; readonly isDown: boolean },
): Uint32Array {
  const jobs = found ?? Uint32Array.from({ length: order.count }, (_, place) => order.jobAt(place))
  const read = VALUES[by]
  const values = Float64Array.from(jobs, job => (isDown ? -read(moment, job) : read(moment, job)))
  const places = Uint32Array.from(jobs, (_, place) => place)
  places.sort((a, b) => values[a]! - values[b]! || a - b)
  return places.map(place => jobs[place]!)
}

const VALUES: Readonly<Record<JobSort, (moment: MovieMoment, job: number) => number>> = {
  state: (moment, job) => moment.stateOf(job),
  attempts: (moment, job) => moment.attemptsOf(job),
  duration: (moment, job) => ofLast(moment, job, last => moment.history.durationAt(last)),
  cost: (moment, job) => moment.costOf(job),
  at: (moment, job) => ofLast(moment, job, last => moment.history.timeAt(last)),
}

function ofLast(moment: MovieMoment, job: number, read: (change: number) => number): number {
  const last = moment.lastChangeOf(job)
  return last === -1 ? 0 : read(last)
}
