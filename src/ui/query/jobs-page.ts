import type { FollowedMovie } from '../history/followed-movie.js'
import { JOB_CHANGES } from '../history/job-change.js'
import type { MovieMoment } from '../history/movie-moment.js'
import type { JobsPage, OutputData } from '../page-data.js'
import { changeEvents } from './change-events.js'
import { jobData } from './job-data.js'
import { filteredJobs, type JobFilter } from './job-filter.js'
import { JobOrder } from './job-order.js'
import { outputData } from './output-data.js'

/** Jobs of one page. */
export const PAGE_LIMIT = 200
/** Characters of a text that a row shows. */
const ROW_TEXT_LIMIT = 300

export interface PageRequest extends JobFilter {
  readonly offset: number
  readonly limit: number
  /** What the jobs have made comes with them. */
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
    const jobs = []
    for (let at = offset; at < end; at++) {
      const job = found?.[at] ?? order.jobAt(at)
      const data = jobData(moment, job)
      jobs.push(request.withOutputs ? { ...data, outputs: await this.#outputs(moment, job) } : data)
    }
    return { changes: moment.changes, count, offset, jobs }
  }

  #select(moment: MovieMoment, { producer, state, reason, text, from, to }: JobFilter) {
    const filter = { producer, state, reason, text, from, to }
    const key = JSON.stringify([moment.changes, moment.history.runs.length, filter])
    if (this.#known?.key !== key) {
      const order = new JobOrder(moment)
      const found = filteredJobs(moment, order, filter)
      this.#known = { key, order, found }
    }
    return this.#known
  }

  /** What is there of a job: of its last success, and of edits after it. */
  async #outputs(moment: MovieMoment, job: number): Promise<OutputData[]> {
    const { history } = moment
    const edited = new Map<string, OutputData>()
    for (const change of history.changesOf(job, moment.changes)) {
      const kind = JOB_CHANGES[history.kindAt(change)]
      if (kind !== 'succeeded' && kind !== 'edited') continue
      const { artifacts } = await changeEvents(this.#movie, change)
      const outputs = artifacts.map(artifact => outputData(artifact, ROW_TEXT_LIMIT))
      if (kind === 'succeeded') return outputs.map(output => edited.get(output.name) ?? output)
      for (const output of outputs) if (!edited.has(output.name)) edited.set(output.name, output)
    }
    return [...edited.values()]
  }
}
