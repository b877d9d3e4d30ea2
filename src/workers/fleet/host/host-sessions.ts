import type { Clock } from '../../../model/clock.js'
import type { Broker, Serving, Ticket } from '../broker/broker.js'
import { END_MS } from '../fleet-timing.js'
import { within } from '../within.js'
import type { SessionHost } from './session-host.js'

/** Sessions that a host serves besides those it was told to, because their coordinators are gone. */
const ORPHAN_LIMIT = 16

interface HostSessionsOptions {
  readonly broker: Broker
  /** At most so many at once. */
  readonly sessions: number
  readonly clock: Clock
  open(ticket: Ticket): SessionHost
}

/**
 * The sessions of a host. One whose coordinator is gone finishes what it has, which may wait for an answer of the next
 * coordinator; its place is free at once, or that one might find no host.
 */
export class HostSessions {
  readonly #options: HostSessionsOptions
  readonly #sessions = new Set<SessionHost>()
  readonly #servings = new Set<Serving>()
  #orphanCount = 0
  #isDraining = false

  constructor(options: HostSessionsOptions) {
    this.#options = options
    this.#serve(options.sessions)
  }

  /** Attempts that have not settled. */
  get runningCount(): number {
    return [...this.#sessions].reduce((sum, { runningCount }) => sum + runningCount, 0)
  }

  /** Asks for no more jobs, and waits until those it has are settled. */
  async drain(): Promise<void> {
    this.#isDraining = true
    for (const session of this.#sessions) session.drain()
    await Promise.all([...this.#servings].map(serving => serving.drain()))
  }

  /** Hands back what has not settled; a queue that does not answer is not waited for. */
  async leave(): Promise<void> {
    const left = Promise.all([...this.#sessions].map(session => session.leave()))
    await within(END_MS, this.#options.clock, left)
  }

  #serve(sessions: number): Serving {
    const serving = this.#options.broker.serve(sessions, ticket => this.#run(ticket))
    this.#servings.add(serving)
    return serving
  }

  async #run(ticket: Ticket): Promise<void> {
    if (this.#isDraining) return
    const session = this.#options.open(ticket)
    this.#sessions.add(session)
    let substitute: Serving | undefined
    try {
      await session.serve(() => {
        if (substitute !== undefined || this.#isDraining || this.#orphanCount >= ORPHAN_LIMIT) return
        this.#orphanCount++
        substitute = this.#serve(1)
      })
    } finally {
      this.#sessions.delete(session)
      if (substitute !== undefined) this.#end(substitute)
    }
  }

  #end(substitute: Serving): void {
    this.#orphanCount--
    void substitute.drain().then(() => this.#servings.delete(substitute))
  }
}
