import { assignedJobId, type JobAssignment, type JobTemplate } from '../../../model/job.js'
import type { HostSession } from '../../session/host-session.js'
import type { RunningAttempt } from '../../session/running-attempt.js'
import type { WorkerJobMessage } from '../../session/session-message.js'
import { type HeardMessage, workKey } from '../wire/fleet-message.js'
import { type Salvage, UNASKED } from './salvage.js'

type Running = Readonly<RunningAttempt<HostSession>>

/** The attempts of the run. */
interface Attempts {
  runningAttempt(job: number): Running | undefined
  receive(messages: readonly WorkerJobMessage[], session: HostSession | undefined): void
}

/** What hosts that were given up have made after all, and whether anybody still needs it. */
export class LateWork {
  readonly #run: Attempts
  readonly #salvage: Salvage
  /** Of jobs that have not settled. */
  readonly #keys = new Map<number, string>()
  /** Those that have a checkpoint. */
  readonly #submitted = new Set<number>()

  constructor(run: Attempts, salvage: Salvage) {
    this.#run = run
    this.#salvage = salvage
  }

  /** The key of the work that a job has to do. */
  readonly keyOf = (job: number): string => this.#keys.get(job)!

  dispatched(template: JobTemplate, jobs: readonly JobAssignment[]): void {
    for (const { job, resume, ...rest } of jobs) {
      const key = workKey(assignedJobId(template, { job, ...rest }), rest.inputsHash, rest.generation)
      this.#keys.set(job, key)
      if (resume === undefined) this.#submitted.delete(job)
      else this.#submitted.add(job)
    }
  }

  /** A host that is trusted has told of its jobs, and the run has heard it. */
  heard(messages: readonly HeardMessage[]): void {
    for (const { message } of messages) {
      if (message.type === 'job.checkpoint') this.#submitted.add(message.job)
      if (message.type !== 'job.settled' || this.#run.runningAttempt(message.job) !== undefined) continue
      this.#keys.delete(message.job)
      this.#submitted.delete(message.job)
    }
  }

  /**
   * A success counts if nobody else was faster. A checkpoint is recorded if its job has no other one.
   * @param drop tells whoever runs the job that nobody needs it
   */
  take({ message, key }: HeardMessage, drop: (running: Running) => void): void {
    if (key === undefined) return
    const running = this.#run.runningAttempt(message.job)
    if (message.type === 'job.settled' && message.outcome.state === 'succeeded') {
      if (running === undefined) this.#salvage.keepSuccess(key, message)
      else if (this.#keys.get(message.job) === key) {
        drop(running)
        this.#run.receive([{ ...message, attempt: running.attempt }], running.session)
      }
    } else if (message.type === 'job.checkpoint') {
      if (running === undefined) this.#salvage.keepCheckpoint(key, message)
      else if (this.#keys.get(message.job) === key && !this.#submitted.has(message.job)) {
        this.#submitted.add(message.job)
        if (running.session === undefined) this.#salvage.keepCheckpoint(key, message)
        const recorded = { ...message, attempt: running.attempt, requestNumber: UNASKED }
        this.#run.receive([recorded], running.session)
      }
    }
  }
}
