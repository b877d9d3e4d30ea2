import type { JobAssignment, JobMessage, JobTemplate } from '../../../model/job.js'
import type { FleetSession } from '../fleet-session.js'
import type { FromHost } from '../wire/host-messages.js'
import { heardWorks } from '../wire/told-works.js'
import type { Salvage } from './salvage.js'

interface EarlierSessionsOptions {
  readonly salvage: Salvage
  open(name: string, receive: (message: FromHost) => void): FleetSession
  /** Messages of attempts that waited for them. */
  deliver(messages: readonly JobMessage[]): void
  /** A job waited for a session that is gone. */
  again(template: JobTemplate, job: JobAssignment): void
  /** A session has said what it holds, or is gone. */
  onAnswered(): void
  onGone(session: FleetSession): void
}

/** Sessions of coordinators before this one. They finish what they have, and what they make is taken up. */
export class EarlierSessions implements Iterable<FleetSession> {
  readonly #options: EarlierSessionsOptions
  readonly #sessions = new Map<string, FleetSession>()
  readonly #unanswered = new Set<string>()

  constructor(options: EarlierSessionsOptions) {
    this.#options = options
  }

  /** Every session has said what it holds. */
  get isKnown(): boolean {
    return this.#unanswered.size === 0
  }

  [Symbol.iterator](): Iterator<FleetSession> {
    return [...this.#sessions.values()].values()
  }

  /** Asks a session what it holds; nothing that it may hold is started before it has answered. */
  call(name: string): void {
    this.#unanswered.add(name)
    this.named(name).tell({ type: 'roll-call' })
  }

  named(name: string): FleetSession {
    const known = this.#sessions.get(name)
    if (known !== undefined) return known
    const session = this.#options.open(name, message => this.#heard(session, message))
    this.#sessions.set(name, session)
    return session
  }

  /** Sessions that were last heard before this moment. */
  loseSilent(sinceMs: number): void {
    for (const session of this) if (session.heardAtMs < sinceMs) this.#lose(session)
  }

  #lose(session: FleetSession): void {
    const { salvage, again, onGone } = this.#options
    this.#sessions.delete(session.name)
    session.forgetSent()
    onGone(session)
    for (const { template, assignment } of salvage.lost(session)) again(template, assignment)
    this.#answered(session)
  }

  #heard(session: FleetSession, message: FromHost): void {
    const { salvage, deliver } = this.#options
    if (message.type === 'messages') {
      const wanted = heardWorks(message)
        .map(one => salvage.heard(one, session))
        .filter(one => one !== undefined)
      if (wanted.length > 0) deliver(wanted)
    } else if (message.type === 'holding') {
      // After its farewell it has nothing any more, and nobody would notice when it is gone.
      if (this.#sessions.get(session.name) !== session) return
      salvage.holds(session, message.works)
      this.#answered(session)
    } else if (message.type === 'left') this.#lose(session)
  }

  #answered({ name }: FleetSession): void {
    if (this.#unanswered.delete(name)) this.#options.onAnswered()
  }
}
