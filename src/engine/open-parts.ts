import { type Clock, systemClock } from '../model/clock.js'
import { openCache } from '../storage/cache/open-cache.js'
import { openStore } from '../storage/open-store.js'
import { checkEngineOptions, checkProviders } from './config/check-options.js'
import type { EngineOptions } from './config/engine-options.js'
import type { EngineParts } from './engine-parts.js'
import type { OpenExecution } from './execution/execution-options.js'
import { OpenedOnce } from './execution/opened-once.js'
import type { OpenFleet } from './fleet/fleet.js'
import { CodeIdentities } from './provider/code-identity.js'
import { providerSetup } from './provider/provider-registry.js'

const DEFAULT_CONCURRENCY = 5
/** Bytes that the jobs in flight of one engine may hold in memory. */
const BYTES_IN_FLIGHT_LIMIT = 512 * 1024 * 1024

/**
 * What an engine is made of.
 * @param openers a queue is opened now; what executes jobs is loaded later
 * @throws like `openEngine`
 */
export async function openParts(
  options: EngineOptions,
  openers: {
    readonly openFleet: OpenFleet
    readonly loadExecution: () => Promise<{ readonly openExecution: OpenExecution }>
  },
): Promise<EngineParts> {
  checkEngineOptions(options)
  const { concurrency = DEFAULT_CONCURRENCY, threads } = options
  const clock: Clock = systemClock
  const entries = checkProviders(options.providers ?? {})
  const providers = await providerSetup(entries, options.folder ?? process.cwd())
  const store = await openStore(options.store ?? 'file:./movies', {
    ...(options.durability && { durability: options.durability }),
  })
  const cache = options.cache === undefined ? undefined : await openCache(options.cache, openStore)
  const limits = {
    ...(options.abortGraceMs !== undefined && { abortGraceMs: options.abortGraceMs }),
    ...(options.inlineLimitBytes !== undefined && { inlineLimitBytes: options.inlineLimitBytes }),
  }
  const fleet =
    options.queue === undefined
      ? undefined
      : await openers.openFleet(options.queue, store, {
          ...limits,
          fleetWaitMs: options.fleetWaitMs,
          hostSilenceMs: options.hostSilenceMs,
        })
  const execution = new OpenedOnce(async () => {
    const { openExecution } = await openers.loadExecution()
    return openExecution({
      limits,
      threads: {
        ...(threads !== undefined && { threads }),
        ...(options.resourceLimits && { resourceLimits: options.resourceLimits }),
        ...(options.durability && { durability: options.durability }),
        modules: Object.fromEntries(
          [...providers.configured].map(([name, { specifier }]) => [name, specifier]),
        ),
      },
      registerOf: fleet?.registerOf,
      bytesInFlightLimit: options.bytesInFlightLimit ?? BYTES_IN_FLIGHT_LIMIT,
      clock,
    })
  })
  return {
    store,
    openStore,
    cache,
    fleet: fleet?.executor,
    execution,
    providers,
    configSource: options.configSource,
    codeIdentities: new CodeIdentities(),
    concurrency,
    stop: options.stop,
    isTraced: options.telemetry ?? true,
    clock,
    random: Math.random,
  }
}
