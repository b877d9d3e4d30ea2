/** A run that sends attempts through a lane. */
export interface Party {
  /** Its share of the places, against those of other runs. */
  readonly weight: number
  /** Told that a place may be free. */
  wake(): void
}

interface Membership {
  inFlight: number
  tokensInFlight: number
  isWaiting: boolean
  /** Number of its last departure, so that equals take turns. */
  lastDeparture: number
}

/** The runs that share a lane: what each has in flight, and whose turn it is. */
export class Parties {
  readonly #memberships = new Map<Party, Membership>()
  #inFlight = 0
  #tokensInFlight = 0
  #departures = 0

  get inFlight(): number {
    return this.#inFlight
  }

  inFlightOf(party: Party): number {
    return this.#memberships.get(party)?.inFlight ?? 0
  }

  get tokensInFlight(): number {
    return this.#tokensInFlight
  }

  join(party: Party): void {
    this.#memberships.set(party, { inFlight: 0, tokensInFlight: 0, isWaiting: false, lastDeparture: 0 })
  }

  /** The run is over. What it still has in flight will never come back, and holds no place. */
  leave(party: Party): void {
    const membership = this.#memberships.get(party)
    if (membership === undefined) return
    this.#memberships.delete(party)
    this.#inFlight -= membership.inFlight
    this.#tokensInFlight -= membership.tokensInFlight
    this.wakeNext()
  }

  depart(party: Party, tokens: number): void {
    const membership = this.#memberships.get(party)!
    membership.lastDeparture = ++this.#departures
    this.#count(membership, 1, tokens)
  }

  arrive(party: Party, tokens: number): void {
    this.#count(this.#memberships.get(party)!, -1, -tokens)
  }

  waits(party: Party): void {
    this.#memberships.get(party)!.isWaiting = true
  }

  stopWaiting(party: Party): void {
    const membership = this.#memberships.get(party)!
    if (!membership.isWaiting) return
    membership.isWaiting = false
    this.wakeNext()
  }

  /** True when no other run should have the next place; one that should is woken. */
  isTurnOf(party: Party): boolean {
    if (this.#memberships.size === 1) return true
    const next = this.#nextWaiting()
    if (next === undefined || next === party) return true
    if (!this.#goesBefore(next, party)) return true
    next.wake()
    return false
  }

  wakeNext(): void {
    this.#nextWaiting()?.wake()
  }

  #count(membership: Membership, attempts: number, tokens: number): void {
    membership.inFlight += attempts
    membership.tokensInFlight += tokens
    this.#inFlight += attempts
    this.#tokensInFlight += tokens
  }

  #nextWaiting(): Party | undefined {
    let next: Party | undefined
    for (const [party, { isWaiting }] of this.#memberships)
      if (isWaiting && (next === undefined || this.#goesBefore(party, next))) next = party
    return next
  }

  /** The smaller share goes first; among equals, the one whose last departure is longest ago. */
  #goesBefore(one: Party, other: Party): boolean {
    const itsOwn = this.#memberships.get(one)!
    const itsOther = this.#memberships.get(other)!
    const difference = itsOwn.inFlight / one.weight - itsOther.inFlight / other.weight
    return difference === 0 ? itsOwn.lastDeparture < itsOther.lastDeparture : difference < 0
  }
}
