import type { EngineOptions } from './engine-options.js'
import type { ConfigPlace } from './read-config.js'

/**
 * Reads the config that the command reads: `file`, or `showrunner.config.{yaml,json,js,mjs}` in `folder`, if there is
 * one. Its providers find their modules from the folder of the file.
 * @throws ShowrunnerError `CONFIG_INVALID` with every mistake in the file
 * @example
 * await using engine = await openEngine({ ...(await loadConfig({ folder: '.' })), concurrency: 20 })
 */
export async function loadConfig(from: ConfigPlace): Promise<EngineOptions> {
  return (await import('./read-config.js')).readConfig(from)
}
