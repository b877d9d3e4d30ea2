import { Coordinator } from '../../../src/coordinator/coordinator.js'
import { createRun } from '../../../src/coordinator/create-run.js'
import type { RunOptions } from '../../../src/coordinator/run-options.js'
import { evolve } from '../../../src/coordinator/state/evolve.js'
import { isShowrunnerError } from '../../../src/model/error/error.js'
import type { RunId } from '../../../src/model/id.js'
import type { JobExecutor } from '../../../src/model/job.js'
import type { HostProgress } from '../../../src/model/run/host-progress.js'
import type { Plan } from '../../../src/plan/plan.js'
import type { RunOpening } from '../../../src/workers/executor.js'
import { MemoryBroker, type MemoryBrokerOptions } from '../../../src/workers/fleet/broker/memory-broker.js'
import { FleetExecutor } from '../../../src/workers/fleet/fleet-executor.js'
import { HostSessions } from '../../../src/workers/fleet/host/host-sessions.js'
import { SessionHost } from '../../../src/workers/fleet/host/session-host.js'
import { plainAdmission } from '../../support/jobs/admission-fixture.js'
import { jobTemplate } from '../../support/jobs/job-fixture.js'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'
import { PaidService, type Protection } from './paid-service.js'
import { type BrokerView, ProcessBroker } from './process-broker.js'
import { SharedLog } from './shared-log.js'
import { simulatedExecutor } from './simulated-executor.js'
import { SimulatedProcess } from './simulated-process.js'
import { VirtualTime } from './virtual-time.js'

const MOVIE = 'simulated'

export interface WorldOptions {
  readonly random: () => number
  protectionOf(jobId: string): Protection
  /** Milliseconds of the service's work at a job. */
  workMs(): number
  readonly network?: MemoryBrokerOptions['network']
  readonly view?: Partial<BrokerView>
  /** Of each session of a host. */
  readonly hostPlaces?: number
  /** @default 4 */
  readonly hostSessions?: number
  readonly concurrency?: number
  /** @default 12000 */
  readonly hostSilenceMs?: number
  /** @param token of the coordinator that has sent it */
  onStarted?(work: string, token: number): void
  /** Changes what reaches a run, to break a rule on purpose. */
  readonly spoilRun?: (opening: RunOpening, run: () => JobExecutor) => RunOpening
}

/** A coordinator in its own process. */
export interface SimulatedCoordinator {
  readonly process: SimulatedProcess
  hosts(): readonly HostProgress[]
  /** Its user does not want the results any more. */
  cancel(): void
  /** How its run has ended, or why it could not go on; undefined: it has not. */
  end: string | undefined
}

export interface SimulatedHost {
  readonly name: string
  readonly process: SimulatedProcess
  kill(): void
  /** As at SIGTERM: finishes what it has for so long, and hands back the rest. */
  drain(forMs: number): void
}

/** A fleet with its queue, its log and a service that is paid, on a clock of its own. */
export class FleetWorld {
  readonly time = new VirtualTime()
  readonly service = new PaidService(this.time)
  readonly log = new SharedLog()
  readonly #options: WorldOptions
  readonly #broker: MemoryBroker
  readonly #blobs = new MemoryBlobs()
  readonly #removals = new Map<string, number>()
  #hostCount = 0
  #sessionCount = 0
  #runCount = 0

  constructor(options: WorldOptions) {
    this.#options = options
    this.#broker = new MemoryBroker({
      ...(options.network && { network: options.network }),
      startTimer: (delayMs, callback) => this.time.after(delayMs, callback),
    })
  }

  startHost(): SimulatedHost {
    const name = `host-${++this.#hostCount}`
    const { protectionOf, workMs, random, hostPlaces: places = 8, onStarted } = this.#options
    const { process, broker } = this.#newProcess()
    const executor = simulatedExecutor({
      service: this.service,
      process,
      protectionOf,
      workMs,
      callMs: () => 5 + random() * 200,
      ...(onStarted && { onStarted }),
    })
    const { clock } = process
    const sessions = new HostSessions({
      broker,
      clock,
      sessions: this.#options.hostSessions ?? 4,
      open: ticket => {
        const hello = { host: name, places, version: 'test', fingerprints: { faulty: 'x' }, refuses: [] }
        const store = { url: 's3://simulated', isReachableFromThreads: true, blobs: () => this.#blobs }
        const site = {
          broker,
          executor,
          store: store as never,
          baseFolder: '/',
          hello,
          clock,
          warn: () => {},
        }
        return new SessionHost(ticket, `${name}/session-${++this.#sessionCount}`, site)
      },
    })
    const kill = () => {
      process.kill()
      broker.stopServing()
    }
    return {
      name,
      process,
      kill,
      drain: forMs =>
        process.act(() => {
          broker.stopServing()
          void sessions.drain()
          clock.startTimer(forMs, () => void sessions.leave().then(kill))
        }),
    }
  }

  /** Opens the log, and runs the plan in a process of its own. */
  startCoordinator(plan: Plan): SimulatedCoordinator {
    const { random, concurrency = 12, spoilRun } = this.#options
    const { process, broker } = this.#newProcess()
    const state = this.log.recover(plan)
    const writer = this.log.open(process, () => (random() < 0.1 ? random() * 3_000 : 1 + random() * 20))
    evolve(state, this.log.events.at(-1)!)
    const fleet = new FleetExecutor({
      broker,
      version: 'test',
      clock: process.clock,
      abortGraceMs: 5_000,
      hostSilenceMs: this.#options.hostSilenceMs,
    })
    let jobs: JobExecutor | undefined
    let coordinator: Coordinator | undefined
    const running: SimulatedCoordinator = {
      process,
      end: undefined,
      hosts: () => jobs?.hosts?.() ?? [],
      cancel: () => process.act(() => coordinator?.cancel()),
    }
    const run = createRun(
      plan,
      state,
      {
        movieId: MOVIE as RunOptions['movieId'],
        schedule: 'dataflow',
        concurrency,
        failFast: false,
        upToLayer: undefined,
        isRegenerated: () => false,
        settingsOf: ({ provider }) => ({ name: provider, model: undefined, config: {} }),
      },
      plainAdmission(plan, new Map(), () => coordinator?.freePlaces ?? 0),
    )
    coordinator = new Coordinator({
      runId: `run-${++this.#runCount}` as RunId,
      run,
      writer,
      clock: process.clock,
      random,
      templates: plan.families.map(({ index, producer }) =>
        jobTemplate({
          templateId: index,
          movieId: MOVIE,
          producer: producer.name,
          loops: ['n'],
          timeoutMs: 300_000,
        }),
      ),
      readBlob: () => Promise.reject(new Error('there are no blobs')),
      openExecutor: (onMessages, onPlaces) => {
        const opening: RunOpening = {
          address: { run: `run-${this.#runCount}` as RunId, token: writer.token },
          movieId: MOVIE,
          baseFolder: '/',
          store: { url: 's3://simulated', isReachableFromThreads: true, blobs: () => this.#blobs },
          inlineProviders: new Map(),
          onMessages,
          onPlaces,
          onBroken: error => coordinator!.abandon(error),
          wantedPlaces: concurrency,
        }
        jobs = fleet.openRun(spoilRun?.(opening, () => jobs!) ?? opening)
        return jobs
      },
      listener: { recorded() {}, started() {}, progressed() {}, turned: () => undefined },
    })
    coordinator.run().then(
      status => {
        running.end = status
      },
      error => {
        running.end = isShowrunnerError(error) ? error.code : String(error?.stack)
      },
    )
    return running
  }

  #newProcess(): { process: SimulatedProcess; broker: ProcessBroker } {
    const process = new SimulatedProcess(this.time)
    const view = { removals: this.#removals, loses: () => false, ...this.#options.view }
    return { process, broker: new ProcessBroker(this.#broker, process, view) }
  }
}
