import type { ReportData } from '../../../src/ui/page-data.ts'
import type { JobData } from '../../../src/ui/page-jobs.ts'
import type { Filter, PageApi } from './page-api.ts'

const NOT_THERE = 'This is not in the report. showrunner ui shows everything.'

/** The data that a report has in it. */
export function reportApi(data: ReportData): PageApi {
  const { movie, store, jobs, timelines, runs, pictures } = data
  return {
    hasPast: false,
    ...(jobs.length < movie.total && { shown: { jobs: jobs.length, total: movie.total } }),
    store: async () => ({ store, movies: [movie.movie] }),
    movie: async () => movie,
    jobs: async ({ offset, limit, ...filter }) => {
      const found = jobs.filter(job => fits(job, filter, movie.failures))
      return {
        changes: movie.changes,
        count: found.length,
        offset,
        jobs: found.slice(offset, offset + limit),
      }
    },
    job: async (_, job) => jobs.find(one => one.job === job) ?? Promise.reject(new Error(NOT_THERE)),
    reviews: async () => ({ count: 0, offset: 0, items: [] }),
    timeline: async (_, run) =>
      timelines.find(({ runId }) => runId === run) ?? Promise.reject(new Error(NOT_THERE)),
    comparison: async () => Promise.reject(new Error(NOT_THERE)),
    runs: async () => runs,
    contentUrl: (_, seq) => pictures[seq],
    answerUrl: () => undefined,
    follow(_, onData) {
      onData(movie)
      return () => {}
    },
  }
}

function fits(
  { id, producer, state, reason }: JobData,
  filter: Filter,
  failures: ReportData['movie']['failures'],
): boolean {
  if (filter.producer !== undefined && producer !== filter.producer) return false
  if (filter.state !== undefined && state !== filter.state) return false
  if (filter.reason !== undefined) {
    const wanted = failures.find(one => one.reason === filter.reason)
    if (reason?.code !== wanted?.code || reason?.message !== wanted?.message) return false
  }
  const text = filter.text?.toLowerCase() ?? ''
  return `${id} ${reason?.code ?? ''} ${reason?.message ?? ''}`.toLowerCase().includes(text)
}
