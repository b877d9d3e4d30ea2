import type { JobAssignment } from '../model/job.js'
import { jobShares } from './job-shares.js'
import type { ThreadSession } from './thread-session.js'

/**
 * The sessions of a pool: at most `threads` that take jobs, opened when there is work for them, and beside
 * them at most as many *retired* ones, which only finish what they have.
 */
export class ThreadSessions implements Iterable<ThreadSession> {
  readonly #open: () => ThreadSession
  readonly #slots: (ThreadSession | undefined)[]
  /** All that have a thread. */
  readonly #alive = new Set<ThreadSession>()
  readonly #tainted = new Set<ThreadSession>()
  #onEmpty: (() => void) | undefined

  constructor(threads: number, open: () => ThreadSession) {
    this.#slots = Array.from({ length: threads })
    this.#open = open
  }

  [Symbol.iterator](): Iterator<ThreadSession> {
    return this.#alive.values()
  }

  /** Splits jobs evenly over the threads; a thread that has begun is preferred to a new one. */
  assign(
    jobs: readonly JobAssignment[],
    take: (session: ThreadSession, jobs: readonly JobAssignment[]) => void,
  ): void {
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
