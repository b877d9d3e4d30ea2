import { ShowrunnerError } from '../../model/error/error.js'
import type { Register } from '../../model/fleet/register.js'
import type { Store } from '../../storage/store.js'
import type { AttemptLimits, Executor } from '../../workers/executor.js'
import { showrunnerVersion } from './showrunner-version.js'

/** What a queue gives to an engine. */
export interface Fleet {
  /** The hosts that it reaches. */
  readonly executor: Executor
  /** What engines of the same fleet tell each other of a limiter. */
  registerOf(limiter: string): Register
}

/**
 * Opens a queue.
 * @throws ShowrunnerError `STORE_NOT_SHARED` for a store inside this process; `FLEET_UNREACHABLE`, `USAGE_INVALID`
 */
export async function openFleet(queue: string, store: Store, limits: AttemptLimits): Promise<Fleet> {
  requireShared(store)
  const [{ FleetExecutor }, { openBullmqBroker }] = await Promise.all([
    import('../../workers/fleet/fleet-executor.js'),
    import('../../workers/fleet/broker/bullmq-broker.js'),
  ])
  const broker = await openBullmqBroker({ url: queue, warn: warning => process.emitWarning(warning) })
  return {
    executor: new FleetExecutor({ broker, version: await showrunnerVersion(), ...limits }),
    registerOf: limiter => broker.register(`limit/${limiter}`),
  }
}

/** @throws ShowrunnerError `STORE_NOT_SHARED` */
export function requireShared({ url, isReachableFromThreads }: Store): void {
  if (isReachableFromThreads) return
  throw new ShowrunnerError(
    'STORE_NOT_SHARED',
    `Store ${url} lives in this process, where no host of a fleet can reach it. Use s3://bucket/prefix, or a file: store that all hosts mount.`,
  )
}
