import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { systemClock } from '../../model/clock.js'
import { openStore } from '../../storage/open-store.js'
import type { Store } from '../../storage/store.js'
import type { Broker, Ticket } from '../../workers/fleet/broker/broker.js'
import { openBullmqBroker } from '../../workers/fleet/broker/bullmq-broker.js'
import { HostSessions } from '../../workers/fleet/host/host-sessions.js'
import { SessionHost } from '../../workers/fleet/host/session-host.js'
import { ALLOWED_BY_NAME } from '../../workers/fleet/wire/missing-allowance.js'
import { within } from '../../workers/fleet/within.js'
import { ThreadExecutor } from '../../workers/thread/thread-executor.js'
import { checkProviders } from '../config/check-options.js'
import type { EngineOptions } from '../config/engine-options.js'
import { CodeIdentities } from '../provider/code-identity.js'
import { createProviderRegistry, providerSetup } from '../provider/provider-registry.js'
import { checkWorkerOptions } from './check-worker-options.js'
import { requireReachable } from './require-reachable.js'
import { showrunnerVersion } from './showrunner-version.js'

/** Jobs of one session: a host with more places serves several. */
const SESSION_PLACES = 256

/** What a host of a fleet takes: the part of {@link EngineOptions} that concerns its machine, and its place in the fleet. */
export interface WorkerOptions
  extends Pick<
    EngineOptions,
    'store' | 'providers' | 'folder' | 'threads' | 'resourceLimits' | 'durability'
  > {
  /** `redis://` or `rediss://`, as the runs have it. */
  readonly queue: string
  /** Jobs that run on this host at once. @default 64 */
  readonly places?: number | undefined
  /**
   * What runs only where this says so: `command`, the built-in provider that starts programs of this machine, and
   * `checks`, the modules of checks, which a run names by their paths. @default none
   */
  readonly allow?: readonly string[] | undefined
  /**
   * Runs a provider also where this host has other code of it than the run: while a new version is rolled out. Results
   * count as those of the run's code. @default false
   */
  readonly allowMismatch?: boolean | undefined
  /** Something that whoever runs the host should read. */
  onWarning?(message: string): void
}

/** A host of a fleet: executes jobs of runs that have its queue, with providers of its own config. */
export class FleetWorker implements AsyncDisposable {
  #closing: Promise<void> | undefined
  readonly #broker: Broker
  readonly #sessions: HostSessions
  readonly #executor: ThreadExecutor
  readonly #store: Store

  /** @internal */
  constructor(
    parts: { broker: Broker; executor: ThreadExecutor; store: Store; sessions: number },
    open: (ticket: Ticket) => SessionHost,
  ) {
    this.#broker = parts.broker
    this.#executor = parts.executor
    this.#store = parts.store
    this.#sessions = new HostSessions({ ...parts, clock: systemClock, open })
  }

  /** Jobs that run now. */
  get runningCount(): number {
    return this.#sessions.runningCount
  }

  /**
   * Takes no new jobs, finishes what runs for at most `drainMs`, and hands back the rest without aborting it: end the
   * process then. Work that goes on at a service is fetched by whoever takes the job next.
   * @returns jobs that were handed back
   */
  async drain(drainMs: number): Promise<number> {
    await within(drainMs, systemClock, this.#sessions.drain())
    const left = this.runningCount
    await this.#sessions.leave()
    return left
  }

  /** Ends at once; jobs that still run are aborted. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** Calls {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    await this.#broker[Symbol.asyncDispose]()
    await this.#executor.close()
    await this.#store[Symbol.asyncDispose]()
  }
}

/**
 * Opens a host of a fleet, which takes jobs until it is drained.
 * @throws ShowrunnerError `STORE_NOT_SHARED`, `FLEET_UNREACHABLE`, `USAGE_INVALID`, `CONFIG_INVALID`
 */
export async function openFleetWorker(options: WorkerOptions): Promise<FleetWorker> {
  checkWorkerOptions(options)
  const { places = 64, allow = [], folder = process.cwd(), onWarning = () => {} } = options
  const setup = await providerSetup(checkProviders(options.providers ?? {}), folder)
  const store = await openStore(options.store ?? 'file:./movies', {
    ...(options.durability && { durability: options.durability }),
  })
  requireReachable(store)
  const executor = new ThreadExecutor({
    ...(options.threads !== undefined && { threads: options.threads }),
    ...(options.resourceLimits && { resourceLimits: options.resourceLimits }),
    ...(options.durability && { durability: options.durability }),
    modules: Object.fromEntries([...setup.configured].map(([name, { specifier }]) => [name, specifier])),
  })
  const broker = await openBullmqBroker({ url: options.queue, warn: onWarning })
  const sessions = Math.ceil(places / SESSION_PLACES)
  const host = `${hostname()}/${process.pid}`
  const hello = {
    host,
    places: Math.ceil(places / sessions),
    version: await showrunnerVersion(),
    fingerprints: await fingerprintsOf(setup, folder),
    refuses: ALLOWED_BY_NAME.filter(name => !allow.includes(name)),
    ...(options.allowMismatch && { takesOtherCode: true as const }),
  }
  const site = { broker, store, executor, baseFolder: folder, hello, clock: systemClock, warn: onWarning }
  return new FleetWorker(
    { broker, executor, store, sessions },
    ticket => new SessionHost(ticket, `${host}/${randomUUID().slice(0, 8)}`, site),
  )
}

async function fingerprintsOf(
  setup: Awaited<ReturnType<typeof providerSetup>>,
  folder: string,
): Promise<Record<string, string>> {
  const registry = createProviderRegistry(setup)
  const identities = new CodeIdentities()
  const found: Record<string, string> = {}
  for (const name of setup.configured.keys()) {
    const provider = registry.resolve(name)
    found[name] =
      (await identities.of({ producer: {}, provider, config: provider.config } as never, folder)) ?? ''
  }
  return found
}
