import type { FleetWorker, WorkerOptions } from './fleet-worker.js'

export type { FleetWorker, WorkerOptions } from './fleet-worker.js'

/**
 * Opens a host of a fleet: it executes jobs of runs that have its queue, with providers of its own config, until it is
 * drained. Needs the packages `bullmq` and `ioredis`.
 * @throws ShowrunnerError `STORE_NOT_SHARED`, `FLEET_UNREACHABLE`, `USAGE_INVALID`, `CONFIG_INVALID`
 * @example
 * const worker = await openWorker({ ...(await loadConfig({ folder: '.' })), queue: 'redis://localhost:6379', places: 256 })
 * process.once('SIGTERM', () => worker.drain(60_000).then(() => process.exit()))
 */
export async function openWorker(options: WorkerOptions): Promise<FleetWorker> {
  return await (await import('./fleet-worker.js')).openFleetWorker(options)
}
