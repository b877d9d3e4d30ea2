import type { Clock } from '../../model/clock.js'
import type { RunOpening } from '../executor.js'
import type { Broker } from './broker/broker.js'
import type { FleetTiming } from './fleet-timing.js'

export interface FleetRunOptions {
  readonly opening: RunOpening
  readonly broker: Broker
  readonly clock: Clock
  readonly timing: FleetTiming
  readonly abortGraceMs: number
  /** Of the package: another one on a host is told, and works. */
  readonly version: string
  /** @default FLEET_WAIT_MS */
  readonly fleetWaitMs?: number | undefined
  /** The run takes part in nothing any more. */
  onClosed(): void
}
