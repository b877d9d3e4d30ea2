import { type EngineConfig, loadConfig } from '../engine/config/config.js'
import type { EngineOptions } from '../engine/config/engine-options.js'
import type { Engine } from '../engine/engine.js'
import { openEngine } from '../engine/open-engine.js'
import type { StoreFlags } from './declare/store-command.js'

/** Options of an engine that runs something. */
interface EngineChoices extends StoreFlags {
  readonly cache?: string | undefined
  readonly concurrency?: number | undefined
  readonly threads?: number | undefined
}

/** Opens the engine that config file and options describe; options override the file. */
export async function openConfigured(options: EngineChoices): Promise<Engine> {
  return openEngine(await engineOptions(options))
}

/** What config file and options say of the engine. */
export async function engineOptions(options: EngineChoices): Promise<EngineOptions> {
  const config = await configOf(options)
  return {
    providers: config.providers,
    folder: config.folder,
    configSource: config.source,
    store: options.store ?? config.store,
    cache: options.cache ?? config.cache,
    concurrency: options.concurrency ?? config.concurrency,
    threads: options.threads ?? config.threads,
    resourceLimits: config.resourceLimits,
  }
}

/** Opens an engine that only looks at a store: a config is read when it has to say which one. */
export async function openForReading(options: StoreFlags): Promise<Engine> {
  const mustRead = options.store === undefined || options.config !== undefined
  const config = mustRead ? await configOf(options) : undefined
  return openEngine({ store: options.store ?? config?.store })
}

function configOf({ config }: StoreFlags): Promise<EngineConfig> {
  return loadConfig(config ? { file: config } : { folder: process.cwd() })
}
