import { EndpointHealth } from './health/endpoint-health.js'
import { Lane } from './lane.js'
import type { LaneLimits } from './lane-limits.js'
import { MemoryGate } from './memory-gate.js'

/** What the runs of one engine share: the ways to its services, with all that was learned about them, and its memory. */
export class Admission {
  readonly memory: MemoryGate
  readonly #lanes = new Map<string, Lane>()
  readonly #services = new Map<string, EndpointHealth>()

  constructor(bytesInFlightLimit: number) {
    this.memory = new MemoryGate(bytesInFlightLimit)
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

  /** The lane of that name; it keeps the limits that it was opened with. */
  lane(name: string, limits: LaneLimits): Lane {
    let lane = this.#lanes.get(name)
    if (lane === undefined) {
      lane = new Lane(name, limits)
      this.#lanes.set(name, lane)
    }
    return lane
  }
}
