/** A run that uses a limiter. */
export interface Tenant {
  /** Its share of the permits, against those of other runs. */
  readonly weight: number
  /** Told that a permit may be free. */
  wake(): void
}

interface Membership {
  inFlight: number
  tokensInFlight: number
  isWaiting: boolean
  /** Number of the last permit it acquired, so that equals take turns. */
  lastAcquired: number
}

/** The runs that share a limiter: what each has in flight, and whose turn it is. */
export class Tenants {
  readonly #memberships = new Map<Tenant, Membership>()
  #inFlight = 0
  #tokensInFlight = 0
  #acquired = 0

  get inFlight(): number {
    return this.#inFlight
  }

  /** Of all together; 0: nobody. */
  get weight(): number {
    let weight = 0
    for (const tenant of this.#memberships.keys()) weight += tenant.weight
    return weight
  }

  inFlightOf(tenant: Tenant): number {
    return this.#memberships.get(tenant)?.inFlight ?? 0
  }

  get tokensInFlight(): number {
    return this.#tokensInFlight
  }

  join(tenant: Tenant): void {
    this.#memberships.set(tenant, { inFlight: 0, tokensInFlight: 0, isWaiting: false, lastAcquired: 0 })
  }

  /** The run is over. What it still has in flight will never be released, and holds nothing. */
  leave(tenant: Tenant): void {
    const membership = this.#memberships.get(tenant)
    if (membership === undefined) return
    this.#memberships.delete(tenant)
    this.#inFlight -= membership.inFlight
    this.#tokensInFlight -= membership.tokensInFlight
    this.wakeNext()
  }

  acquire(tenant: Tenant, tokens: number): void {
    const membership = this.#memberships.get(tenant)!
    membership.lastAcquired = ++this.#acquired
    this.#count(membership, 1, tokens)
  }

  release(tenant: Tenant, tokens: number): void {
    this.#count(this.#memberships.get(tenant)!, -1, -tokens)
  }

  waits(tenant: Tenant): void {
    this.#memberships.get(tenant)!.isWaiting = true
  }

  stopWaiting(tenant: Tenant): void {
    const membership = this.#memberships.get(tenant)!
    if (!membership.isWaiting) return
    membership.isWaiting = false
    this.wakeNext()
  }

  /** True when no other run should have the next permit; one that should is woken. */
  isTurnOf(tenant: Tenant): boolean {
    if (this.#memberships.size === 1) return true
    const next = this.#nextWaiting()
    if (next === undefined || next === tenant) return true
    if (!this.#goesBefore(next, tenant)) return true
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

  #nextWaiting(): Tenant | undefined {
    let next: Tenant | undefined
    for (const [tenant, { isWaiting }] of this.#memberships)
      if (isWaiting && (next === undefined || this.#goesBefore(tenant, next))) next = tenant
    return next
  }

  /** The smaller share goes first; among equals, the one whose last permit is the oldest. */
  #goesBefore(one: Tenant, other: Tenant): boolean {
    const itsOwn = this.#memberships.get(one)!
    const itsOther = this.#memberships.get(other)!
    const difference = itsOwn.inFlight / one.weight - itsOther.inFlight / other.weight
    return difference === 0 ? itsOwn.lastAcquired < itsOther.lastAcquired : difference < 0
  }
}
