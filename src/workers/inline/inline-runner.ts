import type { CancelReason, JobAssignment, JobFiled, JobMessage, JobTemplate } from '../../model/job.js'
import type { Provider } from '../../model/provider/provider.js'
import { freezeTemplate } from '../attempt/freeze-template.js'
import type { OpenCache } from '../attempt/job-reuse.js'
import { JobRunner } from '../attempt/job-runner.js'
import { Outbox } from '../attempt/outbox.js'
import type { BlobAccess } from '../attempt/output/blob-access.js'

export interface InlineRunnerOptions {
  readonly providers: ReadonlyMap<string, Provider>
  readonly blobs: BlobAccess
  readonly abortGraceMs: number
  readonly inlineLimitBytes: number
  readonly openCache?: OpenCache | undefined
  onMessages(messages: readonly (JobMessage | JobFiled)[]): void
}

/**
 * Runs inline providers in the host's thread, with the same meaning as in a worker: what goes in is copied
 * (what comes out is taken by its value anyway), so that a provider and the engine never share an object, and
 * nothing happens inside the call of `dispatch`.
 */
export class InlineRunner {
  readonly #runner: JobRunner
  readonly #templates = new WeakMap<JobTemplate, JobTemplate>()

  constructor({ providers, onMessages, openCache, ...options }: InlineRunnerOptions) {
    const outbox = new Outbox<JobMessage | JobFiled>(onMessages)
    this.#runner = new JobRunner({
      ...options,
      send: message => outbox.push(message),
      onFiled: filed => outbox.push(filed),
      ...(openCache && { openCache }),
      provider: ({ name }) => {
        const provider = providers.get(name)
        if (provider === undefined) throw new Error(`There is no inline provider "${name}".`)
        return provider
      },
    })
  }

  start(template: JobTemplate, jobs: readonly JobAssignment[]): void {
    const ownTemplate = this.#ownTemplate(template)
    const ownJobs = structuredClone(jobs)
    queueMicrotask(() => this.#runner.start(ownTemplate, ownJobs))
  }

  cancel(jobs: readonly number[], reason: CancelReason): void {
    // Behind the start of jobs that were dispatched in the same turn.
    queueMicrotask(() => this.#runner.cancel(jobs, reason))
  }

  acknowledgeCheckpoint(job: number, attempt: number, requestNumber: number): void {
    this.#runner.acknowledgeCheckpoint(job, attempt, requestNumber)
  }

  #ownTemplate(template: JobTemplate): JobTemplate {
    let own = this.#templates.get(template)
    if (own === undefined) {
      own = freezeTemplate(structuredClone(template))
      this.#templates.set(template, own)
    }
    return own
  }
}
