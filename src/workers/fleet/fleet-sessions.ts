import type { Clock } from '../../model/clock.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { HostProgress } from '../../model/run/host-progress.js'
import type { BlobAccess } from '../attempt/output/blob-access.js'
import type { HostSession } from '../session/host-session.js'
import type { WorkerJobMessage } from '../session/session-message.js'
import { type Broker, downPipe, type Ticket } from './broker/broker.js'
import { FleetSession } from './fleet-session.js'
import { type FleetTiming, LEAVE_MS } from './fleet-timing.js'
import { hostsOf } from './hosts-of.js'
import { TicketOrders } from './ticket-orders.js'
import type { Frame } from './wire/frame.js'
import { FrameLink } from './wire/frame-link.js'
import type { FromHost, Hello } from './wire/host-messages.js'
import { type HeardMessage, heardMessages, heardWorks } from './wire/told-works.js'
import { within } from './within.js'

interface FleetSessionsOptions {
  readonly movieId: string
  readonly token: number
  readonly broker: Broker
  readonly clock: Clock
  readonly timing: FleetTiming
  readonly version: string
  /** Of the movie. */
  readonly blobs: BlobAccess
  onJobs(session: FleetSession, messages: readonly WorkerJobMessage[]): void
  /** A session that was given up has made something after all. */
  onLate(heard: readonly HeardMessage[]): void
  onPlaces(): void
  onRefused(error: ShowrunnerError): void
  warn(message: string): void
}

/** The sessions of one run: asked for, heard, given up. */
export class FleetSessions {
  readonly #options: FleetSessionsOptions
  readonly #orders: TicketOrders
  readonly #sessions = new Map<string, FleetSession>()
  /** Those that were given up; what they still say may be worth something. */
  readonly #lost = new Map<string, FleetSession>()
  #onLeft = () => {}

  constructor(options: FleetSessionsOptions) {
    this.#options = options
    this.#orders = new TicketOrders(options.broker, options.clock)
  }

  get all(): readonly FleetSession[] {
    return [...this.#sessions.values()]
  }

  hosts(): readonly HostProgress[] {
    return hostsOf([...this.#lost.values(), ...this.#sessions.values()], this.#options.clock.monotonicMs())
  }

  get freePlaces(): number {
    let free = 0
    for (const session of this.#sessions.values()) free += session.freePlaces
    return free
  }

  /** Some host takes jobs. */
  get isServed(): boolean {
    return this.all.some(({ isOpen, hello }) => isOpen && hello !== undefined)
  }

  async order(ticket: Ticket, wantedPlaces: number): Promise<void> {
    await this.#orders.open(ticket, wantedPlaces)
  }

  /** Sees that lost tickets and sessions are replaced. */
  checkOrders(): void {
    void this.#orders.check().catch(() => undefined)
  }

  /** The session of this name, which may be new. */
  named(name: string): FleetSession {
    const known = this.#sessions.get(name) ?? this.#lost.get(name)
    if (known !== undefined) return known
    const session = this.open(name, message => this.#heard(session, message))
    this.#sessions.set(name, session)
    return session
  }

  /** @param takesEarly of what is before, the last coordinator may have recorded and trimmed some */
  open(name: string, receive: (message: FromHost) => void, takesEarly = false): FleetSession {
    const { movieId, token, broker, clock, blobs } = this.#options
    const frames = new FrameLink({
      session: name,
      token,
      pipe: broker.pipe(downPipe(movieId, name)),
      acknowledgesDelivery: false,
      takesEarly,
      blobs,
      receive: message => receive(message as FromHost),
    })
    return new FleetSession(name, frames, clock.monotonicMs())
  }

  /** Its jobs are settled as lost. */
  lose(session: FleetSession, cause: string): void {
    if (!this.#sessions.delete(session.name)) return
    this.#lost.set(session.name, session)
    if (session.isOpen) this.#orders.left(session.hello?.places ?? 0)
    session.closeSession(cause)
    session.forgetSent()
    this.delist(session)
    this.#onLeft()
  }

  /** A session whose messages cannot be read is over: they would be no better the next time. */
  take(session: FleetSession, frame: Frame): void {
    try {
      session.frames.take(frame)
    } catch (error) {
      const cause = `its host sent what cannot be read (${(error as Error).message})`
      this.#options.warn(`Session ${session.name} ends: ${cause}.`)
      this.lose(session, cause)
    }
  }

  /** Sessions that were last heard before this moment. */
  loseSilent(sinceMs: number): void {
    for (const session of this.all)
      if (session.heardAtMs < sinceMs)
        this.lose(session, `its host was not heard for ${this.#options.timing.silenceMs / 1_000} s`)
  }

  /** A host that does not settle a job in time cannot be trusted with others. */
  loseOverdue(run: { addOverdue(nowMs: number, into: Set<HostSession>): void }): void {
    const overdue = new Set<HostSession>()
    run.addOverdue(this.#options.clock.monotonicMs(), overdue)
    for (const session of this.all)
      if (overdue.has(session)) this.lose(session, 'its host did not end a job in time')
  }

  delist({ name }: FleetSession): void {
    const { broker, movieId } = this.#options
    void broker.delist(movieId, name).catch(() => undefined)
  }

  /** The run is over: hosts are told, and asked to leave. */
  async end(): Promise<void> {
    for (const session of this.#sessions.values()) session.tell({ type: 'end' })
    await Promise.all(this.all.map(({ frames }) => frames.sent()))
    await this.withdraw()
    await this.#allLeft()
  }

  /** No more sessions are needed. */
  async withdraw(): Promise<void> {
    await this.#orders.withdraw().catch(() => undefined)
  }

  #heard(session: FleetSession, message: FromHost): void {
    switch (message.type) {
      case 'hello':
        this.#greet(session, message)
        return
      case 'refused':
        this.#sessions.delete(session.name)
        this.#options.onRefused(new ShowrunnerError(message.code, `Host ${message.host}: ${message.message}`))
        return
      case 'draining':
        session.stopTaking()
        this.#orders.left(session.hello?.places ?? 0)
        return
      case 'left':
        this.lose(session, 'its host has left')
        return
      case 'messages': {
        if (session.isLost) this.#options.onLate(session.given(heardWorks(message)))
        else {
          const messages = heardMessages(message)
          session.heard(messages)
          this.#options.onJobs(session, messages)
        }
        return
      }
      default:
    }
  }

  #greet(session: FleetSession, hello: Hello): void {
    const { version, warn, onPlaces } = this.#options
    session.hello = hello
    this.#orders.served(hello.places)
    if (hello.version !== version)
      warn(`Host ${hello.host} has version ${hello.version} of showrunner, and this is ${version}.`)
    onPlaces()
  }

  async #allLeft(): Promise<void> {
    const left = new Promise<void>(resolve => {
      this.#onLeft = () => {
        if (this.#sessions.size === 0) resolve()
      }
      this.#onLeft()
    })
    // Nobody waits for those that do not answer.
    await within(LEAVE_MS, this.#options.clock, left)
  }
}
