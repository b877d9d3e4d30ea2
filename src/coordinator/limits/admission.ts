import { EndpointHealth } from './health/endpoint-health.js'
import type { LimitLeases } from './leases/limit-leases.js'
import { Limiter } from './limiter.js'
import type { LimiterSettings } from './limiter-settings.js'
import { MemoryGate } from './memory/memory-gate.js'

/** What the runs of one engine share: a limiter for each service, with all that was learned about it, and memory. */
export class Admission {
  readonly memory: MemoryGate
  readonly #limiters = new Map<string, Limiter>()
  readonly #services = new Map<string, EndpointHealth>()

  readonly #leases: LimitLeases | undefined

  /** @param leases divides limits with other processes */
  constructor(bytesInFlightLimit: number, leases?: LimitLeases) {
    this.memory = new MemoryGate(bytesInFlightLimit)
    this.#leases = leases
  }

  /** Whether the service of that name answers. */
  health(name: string): EndpointHealth {
    let health = this.#services.get(name)
    if (health === undefined) {
      health = new EndpointHealth(name)
      this.#services.set(name, health)
    }
    return health
  }

  /**
   * The limiter of that name; it keeps the limits that it was opened with.
   * @param within the limiter that it is part of: of a model's limiter the account's
   */
  limiter(name: string, limits: LimiterSettings, within?: Limiter): Limiter {
    let limiter = this.#limiters.get(name)
    if (limiter === undefined) {
      const known = this.#leases === undefined ? { ...limits, isShared: false } : limits
      limiter = new Limiter(name, known, within)
      this.#limiters.set(name, limiter)
    }
    return limiter
  }

  /** A run uses this limiter from now on. */
  joined(limiter: Limiter): void {
    if (limiter.isShared) this.#leases?.want(limiter)
  }

  /** Other processes may use the limits of this one. */
  async close(): Promise<void> {
    await this.#leases?.close()
  }
}
