import type { StopRules } from '../coordinator/run-options.js'
import type { Clock } from '../model/clock.js'
import type { ResultCache } from '../storage/cache/result-cache.js'
import type { CustomStore } from '../storage/custom/custom-store.js'
import type { Store } from '../storage/store.js'
import type { Executor } from '../workers/executor.js'
import type { ConfigSource } from './config/config-source.js'
import type { Execution } from './execution/execution.js'
import type { OpenedOnce } from './execution/opened-once.js'
import type { CodeIdentities } from './provider/code-identity.js'
import type { ProviderSetup } from './provider/provider-registry.js'

/** What an open engine owns, handed to the functions that carry out its calls. */
export interface EngineParts {
  readonly store: Store
  /** Opens another one: a movie can be copied there. */
  readonly openStore: (place: string | CustomStore) => Promise<Store>
  /** The hosts of a fleet, where the engine has a queue: runs go there. */
  readonly fleet: Executor | undefined
  /** What executes jobs in this process; opened by the first call that needs it, and loaded with it. */
  readonly execution: OpenedOnce<Execution>
  readonly cache: ResultCache | undefined
  readonly providers: ProviderSetup
  readonly configSource: ConfigSource | undefined
  readonly codeIdentities: CodeIdentities
  readonly concurrency: number
  readonly stop: StopRules | undefined
  /** Runs tell OpenTelemetry, where the process has an SDK. */
  readonly isTraced: boolean
  readonly clock: Clock
  readonly random: () => number
}
