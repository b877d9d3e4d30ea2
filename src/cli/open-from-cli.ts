import { loadConfig } from '../engine/config.js'
import type { Engine } from '../engine/engine.js'
import { openEngine } from '../engine/open-engine.js'
import type { RunOptions, StoreOptions } from './options.js'

/** Opens the engine that config file and options describe; options lie over the file. */
export async function openFromCli(options: StoreOptions & Partial<RunOptions>): Promise<Engine> {
  const config = await loadConfig(options.config ? { file: options.config } : { folder: process.cwd() })
  return openEngine({
    providers: config.providers,
    folder: config.folder,
    store: options.store ?? config.store,
    concurrency: options.concurrency ?? config.concurrency,
    threads: options.threads ?? config.threads,
    resourceLimits: config.resourceLimits,
  })
}
