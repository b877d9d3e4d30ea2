import type { Store } from '../../storage/store.js'
import type { Fleet, FleetLimits } from './fleet.js'
import { requireReachable } from './require-reachable.js'
import { showrunnerVersion } from './showrunner-version.js'

/**
 * Opens a queue.
 * @throws ShowrunnerError `STORE_NOT_SHARED` for a store inside this process; `FLEET_UNREACHABLE`, `USAGE_INVALID`
 */
export async function openFleet(queue: string, store: Store, limits: FleetLimits): Promise<Fleet> {
  requireReachable(store)
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
