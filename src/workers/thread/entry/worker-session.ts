import type { AsyncLocalStorage } from 'node:async_hooks'
import type { JobFiled, JobMessage, JobTemplate } from '../../../model/job.js'
import type { Provider } from '../../../model/provider/provider.js'
import type { Attempt } from '../../attempt/attempt.js'
import { freezeTemplate } from '../../attempt/freeze-template.js'
import type { OpenCache } from '../../attempt/job-reuse.js'
import { JobRunner } from '../../attempt/job-runner.js'
import { Outbox } from '../../attempt/outbox.js'
import { lazyBlobs, type ReleasableBlobs } from '../../attempt/output/blob-access.js'
import type { ShortageGate } from '../../attempt/shortage-gate.js'
import { BlobCalls, hostBlobs } from '../host-blobs.js'
import { unpackJobs } from '../packed-jobs.js'
import { packMessages } from '../packed-messages.js'
import type { HostMessage, SessionStart, ThreadMessage } from '../session-message.js'

/** What sessions of one thread have in common, one after the other. */
export interface ThreadResources {
  readonly scope: AsyncLocalStorage<Attempt>
  readonly gate: ShortageGate
  provider(source: JobTemplate['provider']): Provider | Promise<Provider>
  blobs(storeUrl: string, movieId: string): Promise<ReleasableBlobs>
  readonly openCache: OpenCache
}

interface ThreadRun {
  /** For the end of the run, and for the end of the session before it; they never reject. */
  release(): Promise<void>
  rest(): Promise<void>
  readonly runner: JobRunner
  readonly outbox: Outbox<JobMessage | JobFiled>
  readonly templates: Map<number, JobTemplate>
}

/** The thread's end of a session: takes jobs from the port, runs them, sends back what comes of them. */
export class WorkerSession {
  /** Resolves when the host ends the session. */
  readonly ended: Promise<void>
  readonly #start: SessionStart
  readonly #resources: ThreadResources
  readonly #runs = new Map<number, ThreadRun>()
  readonly #blobCalls: BlobCalls
  readonly #releasing = new Set<Promise<void>>()
  #isTainted = false

  constructor(start: SessionStart, resources: ThreadResources) {
    this.#start = start
    this.#resources = resources
    this.#blobCalls = new BlobCalls((run, request, call, transfer) =>
      this.post({ type: 'blob', run, request, call }, transfer),
    )
    this.ended = new Promise(resolve => {
      start.port.on('message', (message: HostMessage) => {
        if (message.type === 'end') {
          start.port.close()
          // Runs that go on elsewhere: a session without jobs ends before they do.
          const resting = [...this.#runs.values()].map(run => run.rest())
          void Promise.all([...this.#releasing, ...resting]).then(() => resolve())
        } else this.#receive(message)
      })
    })
    // The first sign of life.
    this.post({ type: 'pong' })
  }

  /** Asks the host for no more jobs: code that cannot be stopped may still run here. */
  taint(): void {
    if (this.#isTainted) return
    this.#isTainted = true
    this.post({ type: 'tainted' })
  }

  /** Sends at once what waits for the end of the turn: the thread is about to exit. */
  flush(): void {
    for (const { outbox } of this.#runs.values()) outbox.flush()
  }

  post(message: ThreadMessage, transfer: ArrayBuffer[] = []): void {
    this.#start.port.postMessage(message, transfer)
  }

  #receive(message: Exclude<HostMessage, { type: 'end' }>): void {
    switch (message.type) {
      case 'run.open':
        this.#runs.set(message.run, this.#openRun(message))
        return
      case 'run.close':
        this.#closeRun(message.run)
        return
      case 'template':
        this.#runs
          .get(message.run)
          ?.templates.set(message.template.templateId, freezeTemplate(message.template))
        return
      case 'jobs':
        this.#startJobs(message)
        return
      case 'cancel':
        this.#runs.get(message.run)?.runner.cancel(message.jobs, message.reason)
        return
      case 'checkpoint.durable':
        this.#runs
          .get(message.run)
          ?.runner.acknowledgeCheckpoint(message.job, message.attempt, message.requestNumber)
        return
      case 'blob.reply':
        this.#blobCalls.settle(message.request, message.reply)
        return
      case 'ping':
        this.post({ type: 'pong' })
        return
    }
  }

  #closeRun(number: number): void {
    const run = this.#runs.get(number)
    if (run === undefined) return
    run.runner.cancelAll('cancelled')
    this.#runs.delete(number)
    const releasing = run.release().finally(() => this.#releasing.delete(releasing))
    this.#releasing.add(releasing)
  }

  #openRun({ run, movieId, storeUrl }: Extract<HostMessage, { type: 'run.open' }>): ThreadRun {
    const outbox = new Outbox<JobMessage | JobFiled>(messages =>
      this.post({ type: 'messages', run, messages: packMessages(messages) }),
    )
    const own = storeUrl === undefined ? undefined : lazyBlobs(() => this.#resources.blobs(storeUrl, movieId))
    const blobs = own ?? hostBlobs(call => this.#blobCalls.call(run, call))
    const runner = new JobRunner({
      blobs,
      abortGraceMs: this.#start.abortGraceMs,
      inlineLimitBytes: this.#start.inlineLimitBytes,
      provider: source => this.#resources.provider(source),
      send: message => outbox.push(message),
      onFiled: filed => outbox.push(filed),
      openCache: this.#resources.openCache,
      onStuck: () => this.taint(),
      scope: this.#resources.scope,
      gate: this.#resources.gate,
    })
    const release = async () => await own?.release().catch(() => undefined)
    const rest = async () => await own?.rest().catch(() => undefined)
    return { runner, outbox, templates: new Map(), release, rest }
  }

  #startJobs({ run, templateId, jobs }: Extract<HostMessage, { type: 'jobs' }>): void {
    const open = this.#runs.get(run)
    const template = open?.templates.get(templateId)
    if (template === undefined)
      throw new Error(`Jobs for template ${templateId} of run ${run} came before it.`)
    open!.runner.start(template, unpackJobs(jobs))
  }
}
