import type { AsyncLocalStorage } from 'node:async_hooks'
import { unreachable } from '../../model/error/error.js'
import type { RunId } from '../../model/id.js'
import type { JobTemplate, ProviderCode, RunAddress } from '../../model/job.js'
import type { Provider } from '../../model/provider/provider.js'
import type { Attempt } from '../attempt/attempt.js'
import { freezeTemplate } from '../attempt/freeze-template.js'
import type { OpenCache } from '../attempt/job-reuse.js'
import { JobRunner } from '../attempt/job-runner.js'
import { Outbox } from '../attempt/outbox.js'
import type { ReleasableBlobs } from '../attempt/output/blob-access.js'
import type { ShortageGate } from '../attempt/shortage-gate.js'
import { BlobCalls, hostBlobs } from './host-blobs.js'
import type { Link, OpenLink } from './link.js'
import type { HostMessage, WorkerJobMessage, WorkerMessage } from './session-message.js'

/** What a worker finds where it is, for all of its sessions; a session's messages say nothing of it. */
export interface WorkerSite {
  /** @see ABORT_GRACE_MS */
  readonly abortGraceMs: number
  /** @see INLINE_LIMIT_BYTES */
  readonly inlineLimitBytes: number
  /** Carries the running attempt through asynchronous calls, to name the culprit of an uncaught error. */
  readonly scope?: AsyncLocalStorage<Attempt>
  /** Shared by all that call providers in this thread. */
  readonly gate?: ShortageGate
  /** Finds the code, and loads it when it is not loaded. */
  provider(code: ProviderCode): Provider | Promise<Provider>
  run(opening: RunAddress & { readonly movieId: string }): RunSite
}

/** What a worker finds where it is, for one run. */
export interface RunSite {
  /** Absolute folder that relative paths in configs start from. */
  readonly baseFolder: string
  /** Undefined: the store cannot be reached from here, so the host is asked. */
  readonly blobs: ReleasableBlobs | undefined
  readonly openCache: OpenCache | undefined
}

interface WorkerRun {
  readonly token: number
  readonly runner: JobRunner
  readonly outbox: Outbox<WorkerJobMessage>
  readonly templates: Map<number, JobTemplate>
  readonly blobs: ReleasableBlobs | undefined
}

/**
 * The worker's end of a session: takes jobs from the link, runs them, sends back what comes of them. Messages of a run
 * that is not open here, or of another writer of it, are dropped.
 */
export class WorkerSession {
  /** Resolves when the host ends the session. */
  readonly ended: Promise<void>
  readonly #link: Link<WorkerMessage>
  readonly #site: WorkerSite
  readonly #runs = new Map<RunId, WorkerRun>()
  readonly #blobCalls: BlobCalls
  readonly #releasing = new Set<Promise<void>>()
  #onEnded = () => {}
  #isTainted = false

  constructor(openLink: OpenLink<WorkerMessage, HostMessage>, site: WorkerSite) {
    this.#site = site
    this.ended = new Promise(resolve => {
      this.#onEnded = resolve
    })
    this.#blobCalls = new BlobCalls(({ run, token }, request, call, transfer) =>
      this.#link.post({ type: 'blob', run, token, request, call }, transfer),
    )
    this.#link = openLink(message => this.#receive(message))
    // The first sign of life.
    this.#link.post({ type: 'pong' })
  }

  /** Asks the host for no more jobs: code that cannot be stopped may still run here. */
  taint(): void {
    if (this.#isTainted) return
    this.#isTainted = true
    this.#link.post({ type: 'tainted' })
  }

  /** Sends at once what waits for the end of the turn: the worker is about to exit. */
  flush(): void {
    for (const { outbox } of this.#runs.values()) outbox.flush()
  }

  #receive(message: HostMessage): void {
    switch (message.type) {
      case 'run.open':
        this.#openRun(message)
        return
      case 'run.close':
        this.#closeRun(message)
        return
      case 'template':
        this.#runOf(message)?.templates.set(message.template.templateId, freezeTemplate(message.template))
        return
      case 'jobs':
        this.#startJobs(message)
        return
      case 'cancel':
        this.#runOf(message)?.runner.cancel(message.attempts, message.reason)
        return
      case 'checkpoint.durable':
        this.#runOf(message)?.runner.acknowledgeCheckpoint(
          message.job,
          message.attempt,
          message.requestNumber,
        )
        return
      case 'blob.reply':
        this.#blobCalls.settle(message.request, message.reply)
        return
      case 'ping':
        this.#link.post({ type: 'pong' })
        return
      case 'end':
        this.#end()
        return
      default:
        unreachable(message)
    }
  }

  #runOf({ run, token }: RunAddress): WorkerRun | undefined {
    const open = this.#runs.get(run)
    return open?.token === token ? open : undefined
  }

  #end(): void {
    this.#link.close()
    // Runs that go on elsewhere: a session without jobs ends before they do.
    const resting = [...this.#runs.values()].map(async ({ blobs }) => {
      await blobs?.rest().catch(() => undefined)
    })
    void Promise.all([...this.#releasing, ...resting]).then(() => this.#onEnded())
  }

  #closeRun(address: RunAddress): void {
    const open = this.#runOf(address)
    if (open === undefined) return
    open.runner.cancelAll('released')
    this.#runs.delete(address.run)
    const releasing = (open.blobs?.release() ?? Promise.resolve())
      .catch(() => undefined)
      .finally(() => this.#releasing.delete(releasing))
    this.#releasing.add(releasing)
  }

  #openRun(opening: Extract<HostMessage, { type: 'run.open' }>): void {
    const { run, token } = opening
    const site = this.#site
    const outbox = new Outbox<WorkerJobMessage>(messages =>
      this.#link.post({ type: 'messages', run, token, messages }),
    )
    const { baseFolder, blobs, openCache } = site.run(opening)
    const send = (message: WorkerJobMessage) => outbox.push(message)
    const runner = new JobRunner({
      baseFolder,
      blobs: blobs ?? hostBlobs(call => this.#blobCalls.call({ run, token }, call)),
      abortGraceMs: site.abortGraceMs,
      inlineLimitBytes: site.inlineLimitBytes,
      provider: code => site.provider(code),
      send,
      onFiled: send,
      onStuck: () => this.taint(),
      ...(openCache && { openCache }),
      ...(site.scope && { scope: site.scope }),
      ...(site.gate && { gate: site.gate }),
    })
    this.#runs.set(run, { token, runner, outbox, templates: new Map(), blobs })
  }

  #startJobs(message: Extract<HostMessage, { type: 'jobs' }>): void {
    const open = this.#runOf(message)
    if (open === undefined) return
    const { run, templateId, jobs } = message
    const template = open.templates.get(templateId)
    if (template === undefined)
      throw new Error(`Jobs for template ${templateId} of run ${run} came before it.`)
    open.runner.start(template, jobs)
  }
}
