import { beginningOf } from '../../model/text/shown-value.js'
import type { FollowedMovie } from '../history/followed-movie.js'
import type { MovieMoment } from '../history/movie-moment.js'
import type { JobData, JobsPage } from '../page-jobs.js'
import { changeEvents } from './job/change-events.js'
import { currentOutputs } from './job/current-outputs.js'
import { outputData } from './job/output-data.js'
import { jobData } from './job-data.js'
import { filteredJobs, type JobFilter } from './job-filter.js'
import { JobOrder } from './job-order.js'
import { sortedJobs, sortOf } from './job-sort.js'

/** Jobs of one page. */
export const PAGE_LIMIT = 200
/** Characters of a text that a row shows. */
const ROW_TEXT_LIMIT = 300

export interface PageRequest extends JobFilter {
  /** See {@link sortOf}. */
  readonly sort?: string | undefined
  readonly offset: number
  readonly limit: number
  /** What the jobs have made comes with them, and the message of each failed one. */
  readonly withOutputs: boolean
}

/** Pages of the jobs of a movie. What a filter leaves is kept until the filter or the moment is another one. */
export class JobPages {
  readonly #movie: FollowedMovie
  #known:
    | { readonly key: string; readonly order: JobOrder; readonly found: Uint32Array | undefined }
    | undefined

  constructor(movie: FollowedMovie) {
    this.#movie = movie
  }

  async page(moment: MovieMoment, request: PageRequest): Promise<JobsPage> {
    const { order, found } = this.#select(moment, request)
    const { offset, limit } = request
    const count = found?.length ?? order.count
    const end = Math.min(count, offset + Math.min(limit, PAGE_LIMIT))
    // All at once: the parts of the log that they need are then read beside each other.
    const jobs = await Promise.all(
      Array.from({ length: Math.max(0, end - offset) }, async (_, at) => {
        const job = found?.[offset + at] ?? order.jobAt(offset + at)
        const data = jobData(moment, job)
        return request.withOutputs ? await this.#fromLog(moment, data) : data
      }),
    )
    return { changes: moment.changes, count, offset, jobs }
  }

  #select(moment: MovieMoment, { producer, state, reason, text, from, to, sort: written }: PageRequest) {
    const filter = { producer, state, reason, text, from, to }
    const key = JSON.stringify([moment.changes, moment.history.runs.length, filter, written])
    if (this.#known?.key !== key) {
      const order = new JobOrder(moment)
      const filtered = filteredJobs(moment, order, filter)
      const sort = sortOf(written)
      const found = sort ? sortedJobs(moment, order, filtered, sort) : filtered
      this.#known = { key, order, found }
    }
    return this.#known
  }

  async #fromLog(moment: MovieMoment, data: JobData): Promise<JobData> {
    const outputs = await currentOutputs(this.#movie, moment, data.job)
    return {
      ...data,
      ...(await this.#ownReason(moment, data)),
      outputs: outputs.map(output => outputData(output, ROW_TEXT_LIMIT)),
    }
  }

  /** Memory has one message for all that differ in numbers and ids alone: a row has that of its job. */
  async #ownReason(moment: MovieMoment, { job, reason }: JobData): Promise<Pick<JobData, 'reason'>> {
    if (!reason) return {}
    const { change } = await changeEvents(this.#movie, moment.lastChangeOf(job))
    if (change?.event.type !== 'job.failed') return {}
    const { code, message } = change.event.error
    return { reason: { code, message: beginningOf(message, ROW_TEXT_LIMIT) } }
  }
}
