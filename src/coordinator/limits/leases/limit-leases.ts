import type { Clock } from '../../../model/clock.js'
import type { Register } from '../../../model/fleet/register.js'
import type { Limiter } from '../limiter.js'
import { LEASE_MS, writeLease } from './lease-book.js'

/** How often a process asks for its part, in milliseconds. */
const RENEW_MS = 1_000
/** Others may have changed the register in between. */
const WRITES = 10
/** Before others may count on it that a part is free. */
const MARGIN_MS = 1_000

export interface LimitLeasesOptions {
  /** Names this process among those that share limits. */
  readonly holder: string
  readonly registerOf: (limiter: string) => Register
  readonly clock: Clock
}

/**
 * Divides configured limits among processes that use the same account. Each leases a part for some seconds, by what
 * it needs, so that no call asks anybody. A process that cannot renew its lease starts nothing more.
 */
export class LimitLeases {
  readonly #options: LimitLeasesOptions
  readonly #leased = new Map<Limiter, LeasedLimit>()

  constructor(options: LimitLeasesOptions) {
    this.#options = options
  }

  /** A run uses this limiter from now on. */
  want(limiter: Limiter): void {
    let leased = this.#leased.get(limiter)
    if (leased === undefined) {
      leased = new LeasedLimit(limiter, this.#options)
      this.#leased.set(limiter, leased)
    }
    leased.want()
  }

  /** Gives back what this process has. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.#leased.values()].map(leased => leased.close()))
  }
}

/** The part of one limit. */
class LeasedLimit {
  readonly #limiter: Limiter
  readonly #holder: string
  readonly #register: Register
  readonly #clock: Clock
  #cancelRenewal = () => {}
  #cancelEnd = () => {}
  #renewing: Promise<void> | undefined
  #isClosed = false

  constructor(limiter: Limiter, { holder, registerOf, clock }: LimitLeasesOptions) {
    this.#limiter = limiter
    this.#holder = holder
    this.#register = registerOf(limiter.name)
    this.#clock = clock
  }

  want(): void {
    if (!this.#isClosed) this.#renewing ??= this.#renew()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelRenewal()
    this.#cancelEnd()
    await this.#renewing
    // What cannot be given back is free when the lease ends.
    await this.#write().catch(() => undefined)
  }

  async #renew(): Promise<void> {
    this.#cancelRenewal()
    const askedAtMs = this.#clock.monotonicMs()
    const share = await this.#write().catch(() => undefined)
    this.#renewing = undefined
    if (this.#isClosed) return
    const nowMs = this.#clock.monotonicMs()
    if (share !== undefined) {
      this.#limiter.setShare(share, nowMs)
      this.#endAt(askedAtMs + LEASE_MS - MARGIN_MS, nowMs)
    }
    if (!this.#limiter.isUsed) this.#cancelEnd()
    else this.#cancelRenewal = this.#clock.startTimer(RENEW_MS, () => this.want())
  }

  #endAt(endsAtMs: number, nowMs: number): void {
    this.#cancelEnd()
    this.#cancelEnd = this.#clock.startTimer(Math.max(0, endsAtMs - nowMs), () =>
      this.#limiter.setShare(0, this.#clock.monotonicMs()),
    )
  }

  /** @returns undefined when others were faster each time */
  async #write(): Promise<number | undefined> {
    const wish = this.#isClosed ? undefined : this.#limiter.wish(this.#clock.monotonicMs())
    for (let tried = 0; tried < WRITES; tried++) {
      const { text, nowMs } = await this.#register.read()
      const book = writeLease(text, this.#holder, wish, this.#limiter.units, nowMs)
      if (await this.#register.replace(text, book.text)) return book.lease.share
    }
    return undefined
  }
}
