import type {
  AttemptAddress,
  JobAssignment,
  JobCheckpoint,
  JobMessage,
  JobSettled,
  JobTemplate,
  RunAddress,
} from '../../../model/job.js'
import type { ToHost, Work } from '../wire/host-messages.js'
import type { HeardMessage } from '../wire/told-works.js'

/** Of messages that answer no request of the attempt that they are told of. */
export const UNASKED = 0

/** A session of another coordinator. */
interface Holder {
  tell(message: ToHost): void
  cancelAt(address: RunAddress, attempt: AttemptAddress): void
}

/** An attempt of another coordinator, at the work that one of this run's jobs waits for. */
interface Adopted {
  readonly template: JobTemplate
  readonly assignment: JobAssignment
  readonly session: Holder
  readonly original: AttemptAddress
}

/** What is known of work that was begun for another coordinator, or by a host that was given up. */
export class Salvage {
  readonly #successes = new Map<string, JobSettled>()
  readonly #checkpoints = new Map<string, JobCheckpoint>()
  /** Work that sessions of another coordinator have not settled. */
  readonly #held = new Map<string, { readonly session: Holder; readonly original: AttemptAddress }>()
  readonly #adopted = new Map<string, Adopted>()

  get isEmpty(): boolean {
    return this.#successes.size + this.#checkpoints.size + this.#held.size + this.#adopted.size === 0
  }

  /** A success that was paid for: whoever dispatches the same work takes it instead. */
  keepSuccess(key: string, message: JobSettled): void {
    this.#successes.set(key, message)
  }

  /** Work that a host was given up with goes on where this was. */
  keepCheckpoint(key: string, message: JobCheckpoint): void {
    this.#checkpoints.set(key, message)
  }

  /** Jobs that have waited for a host, with what was heard of them meanwhile. */
  resumed(jobs: readonly JobAssignment[], keyOf: (job: number) => string): readonly JobAssignment[] {
    if (this.#checkpoints.size === 0) return jobs
    return jobs.map(job => {
      const checkpoint = this.#take(this.#checkpoints, keyOf(job.job))
      return checkpoint === undefined ? job : goingOn(job, checkpoint)
    })
  }

  /**
   * Takes out the jobs that need no host: `made` says what of them was made or begun already, and those that a session
   * of another coordinator has wait for it. `left` go on where their last checkpoint was.
   */
  divide(
    template: JobTemplate,
    jobs: readonly JobAssignment[],
    keyOf: (job: number) => string,
  ): { readonly made: readonly JobMessage[]; readonly left: readonly JobAssignment[] } {
    if (this.isEmpty) return { made: [], left: jobs }
    const made: JobMessage[] = []
    const left: JobAssignment[] = []
    for (const assignment of jobs) {
      const { job, attempt, inputsHash } = assignment
      const key = keyOf(job)
      const success = this.#take(this.#successes, key)
      if (success !== undefined) {
        this.#checkpoints.delete(key)
        made.push({ ...success, job, attempt, inputsHash })
        continue
      }
      const checkpoint = this.#take(this.#checkpoints, key)
      const resumed = checkpoint === undefined ? assignment : goingOn(assignment, checkpoint)
      const isAdopted = this.#adopt(key, template, resumed)
      if (checkpoint !== undefined) {
        // Whoever resumes it has not asked for anything yet.
        const { requestNumber } = checkpoint
        made.push({ ...checkpoint, job, attempt, requestNumber: isAdopted ? requestNumber : UNASKED })
      }
      if (!isAdopted) left.push(resumed)
    }
    return { made, left }
  }

  /** Does something with the session that has an attempt's work. @returns false: none has it */
  tell({ job, attempt }: AttemptAddress, act: (adopted: Adopted) => void): boolean {
    for (const adopted of this.#adopted.values()) {
      if (adopted.assignment.job !== job || adopted.assignment.attempt !== attempt) continue
      act(adopted)
      return true
    }
    return false
  }

  #take<Kept>(kept: Map<string, Kept>, key: string): Kept | undefined {
    const found = kept.get(key)
    kept.delete(key)
    return found
  }

  #adopt(key: string, template: JobTemplate, assignment: JobAssignment): boolean {
    const held = this.#held.get(key)
    if (held === undefined) return false
    this.#adopted.set(key, { template, assignment, ...held })
    return true
  }

  /** Answer to a roll-call. */
  holds(session: Holder, works: readonly Work[]): void {
    for (const [job, attempt, key] of works)
      if (!this.#successes.has(key)) this.#held.set(key, { session, original: { job, attempt } })
  }

  /**
   * A message of work that another coordinator dispatched.
   * @returns it as a message of the attempt that waits for it; undefined: none does
   */
  heard({ message, key }: HeardMessage): JobSettled | JobCheckpoint | undefined {
    if (key === undefined || (message.type !== 'job.settled' && message.type !== 'job.checkpoint'))
      return undefined
    const adopted = this.#adopted.get(key)
    if (message.type === 'job.settled') {
      this.#held.delete(key)
      this.#adopted.delete(key)
      if (adopted === undefined && message.outcome.state === 'succeeded') this.#successes.set(key, message)
    } else if (adopted === undefined) this.#checkpoints.set(key, message)
    else this.#adopted.set(key, { ...adopted, assignment: goingOn(adopted.assignment, message) })
    if (adopted === undefined) return undefined
    const { job, attempt } = adopted.assignment
    return { ...message, job, attempt }
  }

  /** A session of another coordinator is gone. @returns jobs that waited for it */
  lost(session: Holder): readonly Adopted[] {
    for (const [key, held] of this.#held) if (held.session === session) this.#held.delete(key)
    const left: Adopted[] = []
    for (const [key, adopted] of this.#adopted) {
      if (adopted.session !== session) continue
      this.#adopted.delete(key)
      left.push(adopted)
    }
    return left
  }
}

/** Whoever takes the job next goes on where its last attempt was. */
const goingOn = (assignment: JobAssignment, { checkpoint, workKey }: JobCheckpoint): JobAssignment => ({
  ...assignment,
  resume: checkpoint,
  ...(workKey !== undefined && { workKey }),
})
