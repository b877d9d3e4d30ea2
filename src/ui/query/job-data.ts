import { JOB_STATES } from '../history/jobs/job-change.js'
import { jobName } from '../history/jobs/job-name.js'
import type { MovieMoment } from '../history/movie-moment.js'
import type { JobData } from '../page-jobs.js'

/** How a job stands at a moment, by what is in memory. */
export function jobData(moment: MovieMoment, job: number): JobData {
  const { history } = moment
  const id = history.jobs.idAt(job)
  const producer = history.jobs.producers[history.jobs.producerAt(job)]!
  const last = moment.lastChangeOf(job)
  const reason = last === -1 ? undefined : history.reasons.at(history.reasonAt(last))
  const override = moment.overrideOf(job)
  return {
    job,
    id: jobName(id),
    producer,
    key: jobName(id).slice(producer.length),
    state: JOB_STATES[moment.stateOf(job)]!,
    attempts: moment.attemptsOf(job),
    ...(last !== -1 && { atMs: history.timeAt(last), durationMs: history.durationAt(last) }),
    costUsd: moment.costOf(job),
    ...(reason && { reason }),
    ...(override && { override }),
    ...(moment.isAsked(job) && { isAsked: true }),
  }
}
