import type { Clock } from '../../model/clock.js'
import type { Broker, Ticket } from './broker/broker.js'
import { TICKET_MS } from './fleet-timing.js'

/** Asks for as many sessions as give a run the places that it wants. Their size shows with the first. */
export class TicketOrders {
  readonly #broker: Broker
  readonly #clock: Clock
  #ticket: Ticket | undefined
  #wantedPlaces = 0
  #places = 0
  #sessionPlaces = 1
  /** Tickets that no session has come of yet. */
  #openCount = 0
  #orderedAtMs = 0

  constructor(broker: Broker, clock: Clock) {
    this.#broker = broker
    this.#clock = clock
  }

  async open(ticket: Ticket, wantedPlaces: number): Promise<void> {
    this.#ticket = ticket
    this.#wantedPlaces = wantedPlaces
    // A coordinator that was killed has left some behind, which would keep hosts busy with nothing.
    await this.#broker.want(ticket, 0)
    await this.#order(1)
  }

  /** A session has begun. */
  served(places: number): void {
    this.#openCount = Math.max(0, this.#openCount - 1)
    this.#places += places
    this.#sessionPlaces = Math.max(1, places)
    void this.check().catch(() => undefined)
  }

  /** A session has ended, or takes no more. */
  left(places: number): void {
    this.#places = Math.max(0, this.#places - places)
  }

  /** Asks for more where places are missing. To be called now and then: tickets get lost with their takers. */
  async check(): Promise<void> {
    if (this.#ticket === undefined) return
    if (this.#openCount > 0 && this.#clock.monotonicMs() - this.#orderedAtMs > TICKET_MS) {
      const { waiting } = await this.#broker.demand()
      this.#openCount = Math.min(this.#openCount, waiting)
    }
    // Withdrawn meanwhile.
    if (this.#ticket === undefined) return
    const missing = Math.ceil((this.#wantedPlaces - this.#places) / this.#sessionPlaces)
    if (missing > this.#openCount) await this.#order(missing - this.#openCount)
  }

  /** Nobody needs those that wait. */
  async withdraw(): Promise<void> {
    const ticket = this.#ticket
    this.#ticket = undefined
    if (ticket !== undefined) await this.#broker.want(ticket, 0)
  }

  async #order(count: number): Promise<void> {
    this.#openCount += count
    this.#orderedAtMs = this.#clock.monotonicMs()
    await this.#broker.want(this.#ticket!, count)
  }
}
