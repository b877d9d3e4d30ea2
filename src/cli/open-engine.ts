import {
  type Engine,
  type EngineOptions,
  type FleetWorker,
  loadConfig,
  openEngine,
  openWorker,
  type WorkerOptions,
} from '../index.js'
import type { StoreFlags } from './declare/store-command.js'

/** Options of an engine that runs something. */
interface EngineChoices extends StoreFlags {
  readonly cache?: string | undefined
  readonly concurrency?: number | undefined
  readonly threads?: number | undefined
  readonly queue?: string | undefined
  readonly fleetWait?: number | undefined
  readonly hostSilence?: number | undefined
}

/** Opens the engine that config file and options describe; options override the file. */
export async function openConfigured(options: EngineChoices): Promise<Engine> {
  const config = await configOf(options)
  const { store, cache, concurrency, threads, queue, fleetWait, hostSilence } = options
  return openEngine({
    ...config,
    ...(store !== undefined && { store }),
    ...(cache !== undefined && { cache }),
    ...(concurrency !== undefined && { concurrency }),
    ...(threads !== undefined && { threads }),
    ...(queue !== undefined && { queue }),
    ...(fleetWait !== undefined && { fleetWaitMs: fleetWait }),
    ...(hostSilence !== undefined && { hostSilenceMs: hostSilence }),
  })
}

/** Opens an engine that only looks at a store: a config is read when it has to say which one. */
export async function openForReading(options: StoreFlags): Promise<Engine> {
  const mustRead = options.store === undefined || options.config !== undefined
  const config = mustRead ? await configOf(options) : undefined
  return openEngine({ store: options.store ?? config?.store })
}

const configOf = ({ config }: StoreFlags): Promise<EngineOptions> =>
  loadConfig(config ? { file: config } : { folder: process.cwd() })

/** Opens a host of a fleet with the providers of the config. */
export async function openConfiguredWorker(
  flags: StoreFlags & { readonly queue?: string | undefined; readonly threads?: number | undefined },
  options: Omit<WorkerOptions, 'queue'>,
): Promise<FleetWorker> {
  const { queue: ofConfig, providers, folder, resourceLimits, ...config } = await configOf(flags)
  const queue = flags.queue ?? ofConfig ?? ''
  const store = flags.store ?? config.store
  const threads = flags.threads ?? config.threads
  return await openWorker({ providers, folder, resourceLimits, store, threads, ...options, queue })
}
