import type { ResourceLimits } from 'node:worker_threads'
import type { StopRules } from '../../coordinator/run-options.js'
import type { CustomStore } from '../../storage/custom/custom-store.js'
import type { Durability } from '../../storage/store-options.js'
import type { GivenProvider } from '../provider/provider-entries.js'
import type { ConfigSource } from './config-source.js'

/** What `openEngine()` takes. What it leaves out is as in the config, or has the default that is named. */
export interface EngineOptions {
  /**
   * `file:./movies`, `s3://bucket/prefix`, `memory:` for a store that ends with the engine, or a store of your own.
   * @default 'file:./movies'
   */
  readonly store?: string | CustomStore | undefined
  /**
   * URL of a store that keeps results of jobs for all movies: a job whose inputs and settings have been there
   * takes its outputs from it. `memory:` serves inline providers only. @default none
   */
  readonly cache?: string | undefined
  /** By the names that blueprints use: `{ module: './images.mjs' }`, what `defineProvider` gives, or `inline(fn)`. */
  readonly providers?: Readonly<Record<string, GivenProvider>> | undefined
  /** Where `providers` were read from, so that a mistake in one is reported with its line. From {@link loadConfig}. */
  readonly configSource?: ConfigSource | undefined
  /** Folder that relative module paths start from. @default the working folder */
  readonly folder?: string | undefined
  /** Jobs of a run that may be active at once. @default 5 */
  readonly concurrency?: number | undefined
  /** When failed jobs stop a run, where neither it nor its blueprint says so. @default failed jobs stop nothing */
  readonly stop?: StopRules | undefined
  /** Worker threads. @default the number of cores */
  readonly threads?: number | undefined
  /**
   * `redis://` or `rediss://`: jobs of runs are executed by the hosts that `showrunner worker` has started with the same
   * queue, store and config. Needs the packages `bullmq` and `ioredis`. @default jobs run in threads of this process
   */
  readonly queue?: string | undefined
  /**
   * How long a run waits for a host of its queue, and for the queue itself, before it ends with `FLEET_UNREACHABLE`, in
   * milliseconds. What is recorded is kept, and hosts finish what they have for the next run. @default 300000
   */
  readonly fleetWaitMs?: number | undefined
  /**
   * A host of the queue that says nothing for so long is lost to a run, and its jobs start elsewhere, in milliseconds.
   * Runs and hosts say that they are there six times in it. @default 12000
   */
  readonly hostSilenceMs?: number | undefined
  /** Memory limits of each worker thread. */
  readonly resourceLimits?: ResourceLimits | undefined
  /** Time a provider has to settle after its signal was aborted, in milliseconds. @default 5000 */
  readonly abortGraceMs?: number | undefined
  /** `process` survives a kill but not a power loss, and is faster. @default 'fdatasync' */
  readonly durability?: Durability | undefined
  /**
   * Bytes that the jobs in flight may hold in memory, as far as they are known: an output of bytes counts as 1 MiB until
   * the first job of its producer has shown its size. What the process frees late comes on top. @default 536870912
   */
  readonly bytesInFlightLimit?: number | undefined
  /** Values above this many bytes become blobs. @default 16384 */
  readonly inlineLimitBytes?: number | undefined
  /**
   * Runs tell OpenTelemetry of their jobs, where this process has registered an SDK; nothing is loaded where it has not.
   * @default true
   */
  readonly telemetry?: boolean | undefined
}
