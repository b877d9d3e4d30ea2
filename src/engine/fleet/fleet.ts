import type { Register } from '../../model/fleet/register.js'
import type { Store } from '../../storage/store.js'
import type { AttemptLimits, Executor } from '../../workers/executor.js'

/** What a queue gives to an engine. */
export interface Fleet {
  /** The hosts that it reaches. */
  readonly executor: Executor
  /** What engines of the same fleet tell each other of a limiter. */
  registerOf(limiter: string): Register
}

export type OpenFleet = (queue: string, store: Store, limits: FleetLimits) => Promise<Fleet>

/** How attempts run, and how long a run waits for its hosts. */
export interface FleetLimits extends AttemptLimits {
  /** In milliseconds. @default FLEET_WAIT_MS */
  readonly fleetWaitMs?: number | undefined
  /** In milliseconds. @default 12000 */
  readonly hostSilenceMs?: number | undefined
}
