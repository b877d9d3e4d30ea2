import type { JobAssignment } from '../../model/job.js'
import type { ThreadSession } from './thread-session.js'

/** Jobs that share a thread after they have lost one together; when they lose it again, each gets its own. */
const QUARANTINE_GROUP_SIZE = 16

/** Puts a job on a session's thread. */
export type Take = (session: ThreadSession, jobs: readonly JobAssignment[]) => void

interface Suspect {
  readonly job: JobAssignment
  readonly take: Take
}

/**
 * Jobs that were on a thread when it ended, one of which may be what ended it. They run apart from all others:
 * after their first lost thread in small groups, later each alone. This separates a job that kills its thread from
 * those that happened to be there, and innocent jobs are paid for again as rarely as possible.
 */
export class Quarantine {
  readonly #limit: number
  readonly #open: () => ThreadSession
  readonly #groups: Suspect[] = []
  readonly #single: Suspect[] = []
  readonly #sessions = new Set<ThreadSession>()

  /** @param limit threads at the same time */
  constructor(limit: number, open: () => ThreadSession) {
    this.#limit = limit
    this.#open = open
  }

  add(jobs: readonly JobAssignment[], take: Take): void {
    for (const job of jobs) (job.losses === 1 ? this.#groups : this.#single).push({ job, take })
    this.#fill()
  }

  /** A session has no jobs left; it gets the next ones if it belongs to the quarantine. */
  idle(session: ThreadSession): void {
    if (!this.#sessions.has(session)) return
    if (session.isOpen && session.load === 0) this.#start(session)
  }

  remove(session: ThreadSession): void {
    if (this.#sessions.delete(session)) this.#fill()
  }

  #fill(): void {
    for (const session of this.#sessions) if (!session.isOpen) this.#sessions.delete(session)
    for (const session of this.#sessions) if (session.load === 0) this.#start(session)
    while (this.#sessions.size < this.#limit && this.#groups.length + this.#single.length > 0) {
      const session = this.#open()
      this.#sessions.add(session)
      this.#start(session)
    }
  }

  /** Jobs that were cancelled while they waited are not taken, so more may have to be offered. */
  #start(session: ThreadSession): void {
    while (session.load === 0) {
      const next =
        this.#groups.length > 0 ? this.#groups.splice(0, QUARANTINE_GROUP_SIZE) : this.#single.splice(0, 1)
      if (next.length === 0) return
      for (const { job, take } of next) take(session, [job])
    }
  }
}
