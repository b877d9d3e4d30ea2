import { assignedJobId, type JobAssignment, type JobTemplate } from '../../../model/job.js'
import type { HostSession } from '../../session/host-session.js'
import type { RunningAttempt } from '../../session/running-attempt.js'
import type { WorkerJobMessage } from '../../session/session-message.js'
import type { HeardMessage } from '../wire/told-works.js'
import { workKey } from '../wire/work-key.js'
import { type Salvage, UNASKED } from './salvage.js'

type Running = Readonly<RunningAttempt<HostSession>>

interface Given {
  readonly template: JobTemplate
  readonly assignment: JobAssignment
}

/** The attempts of the run. */
interface Attempts {
  runningAttempt(job: number): Running | undefined
  receive(messages: readonly WorkerJobMessage[], session: HostSession | undefined): void
}

/** What hosts that were given up have made after all, and whether anybody still needs it. */
export class LateWork {
  readonly #run: Attempts
  readonly #salvage: Salvage
  /** Jobs that have not settled. */
  readonly #given = new Map<number, Given>()
  /** Those that have a checkpoint. */
  readonly #submitted = new Set<number>()

  constructor(run: Attempts, salvage: Salvage) {
    this.#run = run
    this.#salvage = salvage
  }

  /** The key of the work that a job has to do. */
  readonly keyOf = (job: number): string => {
    const { template, assignment } = this.#given.get(job)!
    return workKey(assignedJobId(template, assignment), assignment.inputsHash, assignment.generation)
  }

  dispatched(template: JobTemplate, jobs: readonly JobAssignment[]): void {
    for (const assignment of jobs) {
      const { job, resume } = assignment
      this.#given.set(job, { template, assignment })
      if (resume === undefined) this.#submitted.delete(job)
      else this.#submitted.add(job)
    }
  }

  /** A host has told of its jobs, and the run has heard it. */
  heard(messages: readonly WorkerJobMessage[]): void {
    for (const message of messages) {
      if (message.type === 'job.checkpoint') this.#submitted.add(message.job)
      if (message.type !== 'job.settled' || this.#run.runningAttempt(message.job) !== undefined) continue
      this.#given.delete(message.job)
      this.#submitted.delete(message.job)
    }
  }

  /**
   * A success counts if nobody else was faster. A checkpoint is recorded if its job has no other one.
   * @param drop tells whoever runs the job that nobody needs it
   */
  takeAll(heard: readonly HeardMessage[], drop: (running: Running) => void): void {
    for (const late of heard) this.#take(late, drop)
    this.heard(heard.map(({ message }) => message))
  }

  #take({ message, key }: HeardMessage, drop: (running: Running) => void): void {
    if (key === undefined) return
    const running = this.#run.runningAttempt(message.job)
    if (message.type === 'job.settled' && message.outcome.state === 'succeeded') {
      if (running === undefined) this.#salvage.keepSuccess(key, message)
      else if (this.keyOf(message.job) === key) {
        drop(running)
        this.#run.receive([{ ...message, attempt: running.attempt }], running.session)
      }
    } else if (message.type === 'job.checkpoint') {
      if (running === undefined) this.#salvage.keepCheckpoint(key, message)
      else if (this.keyOf(message.job) === key && !this.#submitted.has(message.job)) {
        this.#submitted.add(message.job)
        if (running.session === undefined) this.#salvage.keepCheckpoint(key, message)
        const recorded = { ...message, attempt: running.attempt, requestNumber: UNASKED }
        this.#run.receive([recorded], running.session)
      }
    }
  }
}
