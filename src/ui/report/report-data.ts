import type { BlobHash } from '../../model/id.js'
import type { FollowedMovie } from '../history/followed-movie.js'
import { JOB_STATES } from '../history/jobs/job-change.js'
import type { MovieMoment } from '../history/movie-moment.js'
import type { ReportData } from '../page-data.js'
import type { JobDetail, OutputData } from '../page-jobs.js'
import { jobDetail } from '../query/job/job-detail.js'
import { JobOrder } from '../query/job-order.js'
import { movieData } from '../query/movie-data.js'
import { runChanges } from '../query/run-changes.js'
import { timeline } from '../query/timeline.js'

/** Jobs that are in a report one by one; all are in its counts. Those that failed come first, as far as so many. */
const JOBS_LIMIT = 1_000
const FAILURES_LIMIT = 500
/** Characters of a text of a job. */
const TEXT_LIMIT = 2_000
/** Pictures that are in it: each so large at most, and all together. */
const PICTURE_LIMIT_BYTES = 300_000
const PICTURES_LIMIT_BYTES = 8_000_000

/** Everything that a report of a movie has in it. */
export async function reportData(movie: FollowedMovie, store: string, nowMs: number): Promise<ReportData> {
  const moment = movie.moment()
  const isWritten = (await movie.writer()) !== undefined
  const details: JobDetail[] = []
  for (const job of chosenJobs(moment))
    details.push(shortened({ ...(await jobDetail(movie, moment, job)), notes: [] }))
  return {
    store,
    madeAtMs: nowMs,
    movie: movieData(movie.id, moment, { isWritten, nowMs, isReading: false }),
    jobs: details,
    timelines: moment.history.runs.slice(-10).map(run => timeline(moment, run, nowMs)),
    runs: runChanges(moment),
    pictures: await picturesOf(movie, details),
  }
}

/** In the order of the plan. */
function chosenJobs(moment: MovieMoment): number[] {
  const order = new JobOrder(moment)
  const chosen = new Set<number>()
  for (let place = 0; place < order.count && chosen.size < FAILURES_LIMIT; place++) {
    const job = order.jobAt(place)
    if (JOB_STATES[moment.stateOf(job)] === 'failed') chosen.add(place)
  }
  for (let place = 0; place < order.count && chosen.size < JOBS_LIMIT; place++) chosen.add(place)
  return [...chosen].sort((a, b) => a - b).map(place => order.jobAt(place))
}

function shortened(detail: JobDetail): JobDetail {
  const history = detail.history.slice(0, 5).map(attempt => ({
    ...attempt,
    outputs: attempt.outputs.map(cut),
    ...(attempt.answer !== undefined && { answer: attempt.answer.slice(0, TEXT_LIMIT) }),
  }))
  const inputs = detail.inputs.map(input => ({ ...input, ...cut(input) }))
  return { ...detail, history, inputs, outputs: detail.outputs?.map(cut) ?? [] }
}

const cut = <Shown extends Pick<OutputData, 'text' | 'isCut'>>(output: Shown): Shown =>
  output.text !== undefined && output.text.length > TEXT_LIMIT
    ? { ...output, text: output.text.slice(0, TEXT_LIMIT), isCut: true }
    : output

/** As `data:` addresses by the number of their event, the first ones as far as there is room. */
async function picturesOf(
  movie: FollowedMovie,
  details: readonly JobDetail[],
): Promise<Record<string, string>> {
  const pictures: Record<string, string> = {}
  let sum = 0
  for (const { outputs = [] } of details)
    for (const { seq, mimeType = '', sizeBytes = 0, hash } of outputs) {
      const isShown = /^image\/(png|jpeg|gif|webp|avif)$/.test(mimeType) && sizeBytes <= PICTURE_LIMIT_BYTES
      if (!isShown || hash === undefined || sum + sizeBytes > PICTURES_LIMIT_BYTES) continue
      sum += sizeBytes
      const bytes = await movie.movie.blob({ hash: hash as BlobHash, mimeType, sizeBytes }).bytes()
      pictures[seq] = `data:${mimeType};base64,${Buffer.from(bytes).toString('base64')}`
    }
  return pictures
}
