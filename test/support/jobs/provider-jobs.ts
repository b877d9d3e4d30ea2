import type { JobAssignment, JobTemplate } from '../../../src/model/job.js'
import type { JsonValue } from '../../../src/model/json.js'
import type { Provider } from '../../../src/model/provider/provider.js'
import { JobRunner } from '../../../src/workers/attempt/job-runner.js'
import { MemoryBlobs } from '../storage/memory-blobs.js'
import { jobTemplate } from './job-fixture.js'
import { JobInbox } from './job-inbox.js'

/** One thread's jobs of one producer; their checkpoints are durable at once, and remembered for the next attempt. */
export class ProviderJobs {
  readonly inbox = new JobInbox()
  readonly blobs = new MemoryBlobs()
  readonly checkpoints = new Map<number, JsonValue>()
  readonly #template: JobTemplate
  readonly #attempts = new Map<number, number>()
  readonly #runner: JobRunner

  constructor(provider: Provider, template: Partial<JobTemplate>) {
    this.#template = jobTemplate(template)
    this.#runner = new JobRunner({
      baseFolder: '/',
      blobs: this.blobs,
      abortGraceMs: 5_000,
      inlineLimitBytes: 16_384,
      provider: () => provider,
      send: message => {
        if (message.type === 'job.checkpoint') {
          this.checkpoints.set(message.job, message.checkpoint)
          setImmediate(() =>
            this.#runner.acknowledgeCheckpoint(message.job, message.attempt, message.requestNumber),
          )
        }
        this.inbox.receive([message])
      },
    })
  }

  /** Starts attempts; each resumes from its job's last checkpoint. */
  start(...assignments: readonly JobAssignment[]): void {
    for (const { job, attempt } of assignments) this.#attempts.set(job, attempt)
    this.#runner.start(
      this.#template,
      assignments.map(assignment => {
        const resume = this.checkpoints.get(assignment.job)
        return resume === undefined ? assignment : { ...assignment, resume }
      }),
    )
  }

  cancel(...jobs: readonly number[]): void {
    this.#runner.cancel(
      jobs.map(job => ({ job, attempt: this.#attempts.get(job)! })),
      'cancelled',
    )
  }
}
