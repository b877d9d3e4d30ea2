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
import { KeptCheckpoints } from './kept-checkpoints.js'

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

/** Jobs that need a host, and what is to be recorded of jobs. */
interface Divided {
  readonly made: readonly JobMessage[]
  readonly left: readonly JobAssignment[]
}

/** What is known of work that was begun for another coordinator, or by a host that was given up. */
export class Salvage {
  readonly #successes = new Map<string, JobSettled>()
  readonly checkpoints = new KeptCheckpoints()
  /** Work that sessions of another coordinator have not settled. */
  readonly #held = new Map<string, { readonly session: Holder; readonly original: AttemptAddress }>()
  readonly #adopted = new Map<string, Adopted>()

  get isEmpty(): boolean {
    return !this.hasResults && this.#held.size + this.#adopted.size === 0
  }

  /** What was heard, and is in no log: the coordinator after this one may need it. */
  get hasResults(): boolean {
    return this.#successes.size + this.checkpoints.size > 0
  }

  /** All of it. */
  *results(): Iterable<HeardMessage> {
    for (const [key, message] of this.#successes) yield { key, message }
    for (const [key, message] of this.checkpoints) yield { key, message }
  }

  /** A success that was paid for: whoever dispatches the same work takes it instead. */
  keepSuccess(key: string, message: JobSettled): void {
    this.#successes.set(key, message)
  }

  /** Jobs that have waited for a host: `left` go on where what was heard meanwhile was, which `made` says. */
  resumed(jobs: readonly JobAssignment[], keyOf: (job: number) => string): Divided {
    if (this.checkpoints.size === 0) return { made: [], left: jobs }
    const made: JobMessage[] = []
    const left = jobs.map(assignment => {
      const checkpoint = this.checkpoints.take(keyOf(assignment.job))
      if (checkpoint === undefined) return assignment
      made.push(recordedFor(assignment, checkpoint, UNASKED))
      return goingOn(assignment, checkpoint)
    })
    return { made, left }
  }

  /**
   * Takes out the jobs that need no host: `made` says what of them was made or begun already, and those that a session
   * of another coordinator has wait for it. `left` go on where their last checkpoint was.
   */
  divide(template: JobTemplate, jobs: readonly JobAssignment[], keyOf: (job: number) => string): Divided {
    if (this.isEmpty) return { made: [], left: jobs }
    const made: JobMessage[] = []
    const left: JobAssignment[] = []
    for (const assignment of jobs) {
      const { job, attempt, inputsHash } = assignment
      const key = keyOf(job)
      const success = this.#successes.get(key)
      if (success !== undefined) {
        this.#successes.delete(key)
        this.checkpoints.done(key)
        made.push({ ...success, job, attempt, inputsHash })
        continue
      }
      const held = this.#held.get(key)
      const kept = this.checkpoints.get(key)
      // Whoever has the job does not know what others have begun.
      const checkpoint =
        held === undefined || held.session === kept?.by ? this.checkpoints.take(key) : undefined
      const resumed = checkpoint === undefined ? assignment : goingOn(assignment, checkpoint)
      if (checkpoint !== undefined) {
        // Whoever resumes it has not asked for anything yet.
        const request = held === undefined ? UNASKED : checkpoint.requestNumber
        made.push(recordedFor(assignment, checkpoint, request))
      }
      if (held === undefined) left.push(resumed)
      else this.#adopted.set(key, { template, assignment: resumed, ...held })
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

  /** Answer to a roll-call. */
  holds(session: Holder, works: readonly Work[]): void {
    for (const [job, attempt, key] of works)
      if (!this.#successes.has(key)) this.#held.set(key, { session, original: { job, attempt } })
  }

  /**
   * A message of work that another coordinator dispatched.
   * @returns it as a message of the attempt that waits for it; undefined: none does
   */
  heard({ message, key }: HeardMessage, session: Holder): JobSettled | JobCheckpoint | undefined {
    if (key === undefined || (message.type !== 'job.settled' && message.type !== 'job.checkpoint'))
      return undefined
    const adopted = this.#adopted.get(key)
    const held = this.#held.get(key)
    // Somebody else has the work; of what others have made of it, a success counts.
    const isOfOther = held !== undefined && held.session !== session
    if (message.type === 'job.settled') {
      const isMade = message.outcome.state === 'succeeded'
      if (isOfOther && !isMade) return undefined
      this.#held.delete(key)
      this.#adopted.delete(key)
      if (isMade && adopted === undefined) this.#successes.set(key, message)
      else if (isMade) this.checkpoints.done(key)
    } else if (adopted === undefined || isOfOther) {
      this.checkpoints.keep(key, message, session, 0)
      return undefined
    } else {
      this.checkpoints.recorded(key, adopted.assignment.attempt)
      this.#adopted.set(key, { ...adopted, assignment: goingOn(adopted.assignment, message) })
    }
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

const recordedFor = (
  { job, attempt }: JobAssignment,
  checkpoint: JobCheckpoint,
  requestNumber: number,
): JobCheckpoint => ({ ...checkpoint, job, attempt, requestNumber })

/** Whoever takes the job next goes on where its last attempt was. */
function goingOn(assignment: JobAssignment, { checkpoint, workKey, isOver }: JobCheckpoint): JobAssignment {
  const { resume: _, workKey: __, ...fresh } = assignment
  return isOver ? fresh : { ...fresh, resume: checkpoint, ...(workKey !== undefined && { workKey }) }
}
