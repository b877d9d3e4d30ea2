import type { ResourceLimits } from 'node:worker_threads'
import { type Clock, systemClock } from '../model/clock.js'
import { DEFAULT_CONCURRENCY } from '../model/limit.js'
import { openStore } from '../storage/open-store.js'
import type { Durability } from '../storage/store-options.js'
import { WorkerPool } from '../workers/worker-pool.js'
import { Engine } from './engine.js'
import { positive } from './positive.js'
import { type ProviderEntry, type ProviderSetup, providerSetup } from './provider-registry.js'

export interface EngineOptions {
  /** `file:./movies`, or `memory:` for a store that ends with the engine. @default 'file:./movies' */
  readonly store?: string | undefined
  /** By the names that blueprints use: `{ module: './images.mjs' }`, or `inline(fn)`. Built-in ones need no entry. */
  readonly providers?: Readonly<Record<string, ProviderEntry>> | ProviderSetup | undefined
  /** Folder that relative module paths start from. @default the working folder */
  readonly folder?: string | undefined
  /** Jobs of a run that may be active at once. @default 5 */
  readonly concurrency?: number | undefined
  /** Worker threads. @default the number of cores */
  readonly threads?: number | undefined
  /** Memory limits of each worker thread. */
  readonly resourceLimits?: ResourceLimits | undefined
  /** Time a provider has to settle after its signal was aborted, in milliseconds. @default 5000 */
  readonly abortGraceMs?: number | undefined
  /** `process` survives a kill but not a power loss, and is faster. @default 'fdatasync' */
  readonly durability?: Durability | undefined
  /** Values above this many bytes become blobs. @default 16384 */
  readonly inlineLimitBytes?: number | undefined
}

/**
 * Opens a store and a pool of threads (which start with the first job). Close it, or bind it with `await using`.
 * @throws ShowrunnerError `CONFIG_INVALID`, `STORE_UNSUPPORTED`, `STORE_FAILED`
 */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const concurrency = positive('concurrency', options.concurrency) ?? DEFAULT_CONCURRENCY
  const threads = positive('threads', options.threads)
  const clock: Clock = systemClock
  const providers = setupOf(options)
  const store = await openStore(options.store ?? 'file:./movies', {
    ...(options.durability && { durability: options.durability }),
  })
  const pool = new WorkerPool({
    ...(threads !== undefined && { threads }),
    ...(options.resourceLimits && { resourceLimits: options.resourceLimits }),
    ...(options.abortGraceMs !== undefined && { abortGraceMs: options.abortGraceMs }),
    ...(options.inlineLimitBytes !== undefined && { inlineLimitBytes: options.inlineLimitBytes }),
    ...(options.durability && { durability: options.durability }),
  })
  return new Engine({ store, pool, providers, concurrency, clock, random: Math.random })
}

function setupOf({ providers = {}, folder = process.cwd() }: EngineOptions): ProviderSetup {
  const isSetup = (value: typeof providers): value is ProviderSetup =>
    (value as ProviderSetup).configured instanceof Map && (value as ProviderSetup).inline instanceof Map
  return isSetup(providers) ? providers : providerSetup(providers, folder)
}
