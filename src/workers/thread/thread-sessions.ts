import type { JobAssignment } from '../../model/job.js'
import { isSuspect } from '../session/running-attempt.js'
import { jobShares } from './job-shares.js'
import { Quarantine, type Take } from './quarantine.js'
import type { ThreadSession } from './thread-session.js'

/**
 * The sessions of a pool: at most `threads` that take jobs, opened when there is work for them; beside them at
 * most as many *retired* ones, which only finish what they have, and as many in quarantine.
 */
export class ThreadSessions implements Iterable<ThreadSession> {
  readonly #open: () => ThreadSession
  readonly #slots: (ThreadSession | undefined)[]
  /** All that have a thread. */
  readonly #alive = new Set<ThreadSession>()
  readonly #tainted = new Set<ThreadSession>()
  readonly #quarantine: Quarantine
  #onEmpty: (() => void) | undefined

  constructor(threads: number, open: () => ThreadSession) {
    this.#slots = Array.from({ length: threads })
    this.#open = open
    this.#quarantine = new Quarantine(threads, () => this.#opened())
  }

  [Symbol.iterator](): Iterator<ThreadSession> {
    return this.#alive.values()
  }

  /** Splits jobs over the threads; jobs that have lost a thread go to threads of their own. */
  assign(jobs: readonly JobAssignment[], take: Take): void {
    const suspects = jobs.filter(isSuspect)
    if (suspects.length === 0) this.#split(jobs, take)
    else {
      this.#split(
        jobs.filter(job => !isSuspect(job)),
        take,
      )
      this.#quarantine.add(suspects, take)
    }
  }

  /** Opens sessions for so many jobs before they come. */
  prepare(jobCount: number): void {
    const slots = this.#slots
    for (let slot = 0; slot < Math.min(jobCount, slots.length); slot++)
      if (!slots[slot]?.isOpen) slots[slot] = this.#opened()
  }

  /** To be called when the last job of a session has settled. */
  idle(session: ThreadSession): void {
    this.#quarantine.idle(session)
  }

  /** Evenly; running threads are preferred to new ones. */
  #split(jobs: readonly JobAssignment[], take: Take): void {
    if (jobs.length === 0) return
    const slots = this.#slots
    for (const [slot, session] of slots.entries()) if (!session?.isOpen) slots[slot] = undefined
    slots.sort((a, b) => Number(a === undefined) - Number(b === undefined))
    let begin = 0
    for (const [slot, share] of jobShares(
      slots.map(session => session?.load ?? 0),
      jobs.length,
    ).entries()) {
      if (share === 0) continue
      slots[slot] ??= this.#opened()
      take(slots[slot], share === jobs.length ? jobs : jobs.slice(begin, begin + share))
      begin += share
    }
  }

  /**
   * Retires a session on whose thread code runs that cannot be stopped. When too many are retired already it
   * goes on working until one of them has ended: a thread with a leak is better than none.
   */
  taint(session: ThreadSession): void {
    if (this.#alive.has(session)) this.#tainted.add(session)
    this.#retireTainted()
  }

  /** To be called when a session has ended. */
  remove(session: ThreadSession): void {
    this.#alive.delete(session)
    this.#tainted.delete(session)
    this.#quarantine.remove(session)
    this.#retireTainted()
    if (this.#alive.size === 0) this.#onEmpty?.()
  }

  /** Ends all sessions in good order; their jobs must have settled. */
  async endAll(): Promise<void> {
    for (const session of this.#alive) session.end()
    if (this.#alive.size === 0) return
    await new Promise<void>(resolve => {
      this.#onEmpty = resolve
    })
  }

  #opened(): ThreadSession {
    const session = this.#open()
    this.#alive.add(session)
    return session
  }

  #retireTainted(): void {
    let retired = 0
    for (const session of this.#tainted) {
      if (!session.isOpen) retired++
    }
    for (const session of this.#tainted) {
      if (retired >= this.#slots.length) return
      if (!session.isOpen) continue
      session.retire()
      retired++
    }
  }
}
