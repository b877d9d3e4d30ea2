import type { JobExecutor, ProviderCode } from '../model/job.js'
import type { Executor } from './executor.js'

/** Sends each job to the executor for the type of its provider's code. */
export function routedExecutor(routes: Readonly<Record<ProviderCode['type'], Executor>>): Executor {
  const { module, inline } = routes
  const close = async () => {
    await Promise.all([module.close(), inline.close()])
  }
  return {
    openRun(opening): JobExecutor {
      const runs = { module: module.openRun(opening), inline: inline.openRun(opening) }
      return {
        get freePlaces() {
          return Math.min(runs.module.freePlaces, runs.inline.freePlaces)
        },
        dispatch: (template, jobs) => runs[template.provider.type].dispatch(template, jobs),
        // Each knows its own jobs and ignores the other's.
        cancel(jobs, reason) {
          runs.module.cancel(jobs, reason)
          runs.inline.cancel(jobs, reason)
        },
        acknowledgeCheckpoint(job, attempt, requestNumber) {
          runs.module.acknowledgeCheckpoint(job, attempt, requestNumber)
          runs.inline.acknowledgeCheckpoint(job, attempt, requestNumber)
        },
        recorded(receipt) {
          runs.module.recorded(receipt)
          runs.inline.recorded(receipt)
        },
        async close() {
          await Promise.all([runs.module.close(), runs.inline.close()])
        },
      }
    },
    prepare(jobCount) {
      module.prepare(jobCount)
    },
    eventLoops: () => module.eventLoops(),
    close,
    [Symbol.asyncDispose]: close,
  }
}
