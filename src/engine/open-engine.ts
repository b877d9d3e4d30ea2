import type { EngineOptions } from './config/engine-options.js'
import { Engine } from './engine.js'
import { openParts } from './open-parts.js'

/**
 * Opens a store and a pool of threads (which start with the first job). Close it, or bind it with `await using`.
 * @throws ShowrunnerError `USAGE_INVALID`, `CONFIG_INVALID`, `STORE_UNSUPPORTED`, `STORE_FAILED`
 */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  return new Engine(await openParts(options))
}
