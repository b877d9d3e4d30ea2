import {
  assignedJobId,
  type JobAssignment,
  type JobMessage,
  type JobSettled,
  type JobTemplate,
} from '../../../model/job.js'
import type { HostSession } from '../../session/host-session.js'
import type { RunningAttempt } from '../../session/running-attempt.js'
import type { WorkerJobMessage } from '../../session/session-message.js'
import type { HeardMessage } from '../wire/told-works.js'
import { workKey } from '../wire/work-key.js'
import type { Salvage } from './salvage.js'

type Running = Readonly<RunningAttempt<HostSession>>

interface Given {
  /** Another host has had the job, and was given up. */
  readonly isAgain: boolean
  readonly template: JobTemplate
  readonly assignment: JobAssignment
}

/** The attempts of the run. */
interface Attempts {
  runningAttempt(job: number): Running | undefined
  receive(messages: readonly WorkerJobMessage[], session: HostSession | undefined): void
}

/** Where the only copy is of what was salvaged, until it is recorded. */
interface HeldPipe {
  hold(): void
  /** What it was held for is on its way to the log. */
  onTold(): void
}

/** What hosts that were given up have made after all, and whether anybody still needs it. */
export class LateWork {
  readonly #run: Attempts
  readonly #salvage: Salvage
  readonly #pipe: HeldPipe
  /** Jobs that have not settled. */
  readonly #given = new Map<number, Given>()

  constructor(run: Attempts, salvage: Salvage, pipe: HeldPipe) {
    this.#run = run
    this.#salvage = salvage
    this.#pipe = pipe
  }

  /** The key of the work that a job has to do. */
  readonly keyOf = (job: number): string => {
    const { template, assignment } = this.#given.get(job)!
    return workKey(assignedJobId(template, assignment), assignment.inputsHash, assignment.generation)
  }

  dispatched(template: JobTemplate, jobs: readonly JobAssignment[]): void {
    for (const assignment of jobs) {
      const { job } = assignment
      this.#given.set(job, { template, assignment, isAgain: this.#given.has(job) })
    }
  }

  /** What was made or begun already is told as if a host of the run told it. @returns jobs that need a host */
  left(template: JobTemplate, jobs: readonly JobAssignment[]): readonly JobAssignment[] {
    return this.#told(this.#salvage.divide(template, jobs, this.keyOf))
  }

  /** Jobs that a host takes now, with what was heard of them while they waited. */
  resumed(jobs: readonly JobAssignment[]): readonly JobAssignment[] {
    return this.#told(this.#salvage.resumed(jobs, this.keyOf))
  }

  /** A host has told of its jobs, and the run has heard it. */
  heard(messages: readonly WorkerJobMessage[]): void {
    for (const message of messages) {
      if (message.type === 'job.checkpoint') {
        if (this.#given.has(message.job))
          this.#salvage.checkpoints.recorded(this.keyOf(message.job), message.attempt)
      } else if (message.type === 'job.settled') this.#settled(message)
    }
  }

  /**
   * A success counts if nobody else was faster. A checkpoint is for the next attempt, if the one that runs comes to none.
   * @param drop tells whoever runs the job that nobody needs it
   */
  takeAll(heard: readonly HeardMessage[], drop: (running: Running) => void): void {
    for (const late of heard) this.#take(late, drop)
  }

  #told({ made, left }: ReturnType<Salvage['resumed']>): readonly JobAssignment[] {
    // Nobody expects to hear of it before the call returns.
    if (made.length > 0) {
      this.#pipe.hold()
      setImmediate(() => this.#tell(made))
    }
    return left
  }

  #tell(made: readonly JobMessage[]): void {
    const bySession = new Map<HostSession | undefined, JobMessage[]>()
    for (const message of made) {
      const session = this.#run.runningAttempt(message.job)?.session
      const group = bySession.get(session)
      if (group === undefined) bySession.set(session, [message])
      else group.push(message)
    }
    for (const [session, messages] of bySession) this.#run.receive(messages, session)
    this.#pipe.onTold()
  }

  #settled({ job, outcome }: JobSettled): void {
    const given = this.#given.get(job)
    if (given === undefined || this.#run.runningAttempt(job) !== undefined) return
    const isMade = outcome.state === 'succeeded'
    if (isMade && this.#salvage.checkpoints.hasAny) this.#salvage.checkpoints.done(this.keyOf(job))
    if (isMade || !given.isAgain) this.#given.delete(job)
  }

  #take({ message, key }: HeardMessage, drop: (running: Running) => void): void {
    // Made by somebody else since, or of other inputs.
    if (!this.#given.has(message.job) || this.keyOf(message.job) !== key) return
    if (message.type === 'job.checkpoint')
      this.#salvage.checkpoints.keep(key, message, undefined, message.attempt)
    if (message.type !== 'job.settled' || message.outcome.state !== 'succeeded') return
    const running = this.#run.runningAttempt(message.job)
    if (running === undefined) {
      this.#salvage.keepSuccess(key, message)
      return
    }
    drop(running)
    this.#run.receive([{ ...message, attempt: running.attempt }], running.session)
    this.#settled(message)
  }
}
