import type { EventLoopUtilization } from 'node:perf_hooks'
import { type Clock, systemClock } from '../../model/clock.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { JobExecutor } from '../../model/job.js'
import { ABORT_GRACE_MS } from '../../model/provider/attempt-limits.js'
import type { AttemptLimits, Executor, RunOpening } from '../executor.js'
import type { Broker } from './broker/broker.js'
import { FleetRun } from './fleet-run.js'
import { fleetTiming } from './fleet-timing.js'

export interface FleetExecutorOptions extends AttemptLimits {
  /** Closed with the executor. */
  readonly broker: Broker
  /** Of the package. */
  readonly version: string
  /** How long a run waits for its fleet, in milliseconds. @default FLEET_WAIT_MS */
  readonly fleetWaitMs?: number | undefined
  /** A host that says nothing for so long is lost, in milliseconds. @default 12000 */
  readonly hostSilenceMs?: number | undefined
  /** @default systemClock */
  readonly clock?: Clock
}

/** Executes jobs on the hosts of a fleet. */
export class FleetExecutor implements Executor {
  readonly #options: FleetExecutorOptions
  readonly #runs = new Set<FleetRun>()
  #closing: Promise<void> | undefined

  constructor(options: FleetExecutorOptions) {
    this.#options = options
  }

  openRun(opening: RunOpening): JobExecutor {
    if (this.#closing !== undefined)
      throw new ShowrunnerError('ENGINE_CLOSED', 'The engine is closed. Open a new one to run a movie.')
    const { broker, version, fleetWaitMs, hostSilenceMs } = this.#options
    const { clock = systemClock, abortGraceMs = ABORT_GRACE_MS } = this.#options
    const run: FleetRun = new FleetRun({
      opening,
      broker,
      clock,
      timing: fleetTiming(hostSilenceMs),
      abortGraceMs,
      version,
      fleetWaitMs,
      onClosed: () => this.#runs.delete(run),
    })
    this.#runs.add(run)
    return run
  }

  /** Hosts are asked for when a run opens. */
  prepare(): void {}

  eventLoops(): ReadonlyMap<number, EventLoopUtilization> {
    return new Map()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#runs].map(run => run.close()))
    await this.#options.broker[Symbol.asyncDispose]()
  }
}
