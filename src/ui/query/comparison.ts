import { roundCost } from '../../model/provider/price.js'
import type { FollowedMovie } from '../history/followed-movie.js'
import { stateNumber } from '../history/jobs/job-change.js'
import type { MovieMoment } from '../history/movie-moment.js'
import type { ComparedChange, ComparedJob, ComparisonData } from '../page-comparison.js'
import type { JobData } from '../page-jobs.js'
import { currentOutputs } from './job/current-outputs.js'
import { outputData } from './job/output-data.js'
import { jobData } from './job-data.js'
import { changedJobs } from './job-filter.js'
import { JobOrder } from './job-order.js'

/** Jobs of one page. */
export const COMPARED_LIMIT = 50
const TEXT_LIMIT = 600
const SUCCEEDED = stateNumber('succeeded')

interface Page {
  readonly offset: number
  readonly limit: number
}

/** What differs between two moments of a movie, job by job, in the order of the later one. */
export async function comparison(
  movie: FollowedMovie,
  [before, after]: readonly [MovieMoment, MovieMoment],
  { offset, limit }: Page,
): Promise<ComparisonData> {
  const differing = differingJobs(before, after)
  const changeAt = (at: number) => changeOf(before, after, differing[at]!)
  const counts = { made: 0, regenerated: 0, lost: 0, byHand: 0, other: 0 }
  for (let at = 0; at < differing.length; at++) counts[changeAt(at)]++
  const jobs: ComparedJob[] = []
  const end = Math.min(differing.length, offset + Math.min(limit, COMPARED_LIMIT))
  for (let at = offset; at < end; at++) {
    const job = differing[at]!
    const earlier = earlierName(before, after, job)
    const was = earlier === undefined ? undefined : await jobWithOutputs(movie, before, earlier)
    const is = await jobWithOutputs(movie, after, job)
    jobs.push({ job, id: is.id, change: changeAt(at), ...(was && { before: was }), after: is })
  }
  const { atMs: fromMs } = before
  const { atMs: toMs } = after
  return {
    from: before.changes,
    to: after.changes,
    ...(fromMs !== undefined && { fromMs }),
    ...(toMs !== undefined && { toMs }),
    counts,
    costUsd: roundCost(after.costUsd - before.costUsd),
    count: differing.length,
    offset,
    jobs,
  }
}

function differingJobs(before: MovieMoment, after: MovieMoment): Uint32Array {
  const hasChanged = changedJobs(after, before.changes)
  const order = new JobOrder(after)
  const found = new Uint32Array(order.count)
  let count = 0
  for (let place = 0; place < order.count; place++) {
    const job = order.jobAt(place)
    if (hasChanged[job] === 1) found[count++] = job
  }
  return found.subarray(0, count)
}

/** What a job was called before; undefined where another one had its name. */
const earlierName = (before: MovieMoment, after: MovieMoment, job: number): number | undefined =>
  after.history.moves.jobAt(job, { at: after.changes, earlier: before.changes })

function changeOf(before: MovieMoment, after: MovieMoment, job: number): ComparedChange {
  const earlier = earlierName(before, after, job)
  const had = earlier !== undefined && before.stateOf(earlier) === SUCCEEDED
  const has = after.stateOf(job) === SUCCEEDED
  if (has && !had) return 'made'
  if (had && !has) return 'lost'
  if (!has || earlier === undefined) return 'other'
  return before.lastChangeOf(earlier) === after.lastChangeOf(job) ? 'byHand' : 'regenerated'
}

async function jobWithOutputs(movie: FollowedMovie, moment: MovieMoment, job: number): Promise<JobData> {
  const outputs = await currentOutputs(movie, moment, job)
  return { ...jobData(moment, job), outputs: outputs.map(output => outputData(output, TEXT_LIMIT)) }
}
