import { unreachable } from '../../model/error/error.js'
import type { RunId } from '../../model/id.js'
import type {
  AttemptAddress,
  AttemptCancelReason,
  JobAssignment,
  JobTemplate,
  RunAddress,
} from '../../model/job.js'
import type { BlobAccess } from '../attempt/output/blob-access.js'
import type { RunOpening } from '../executor.js'
import { answerBlobCall } from './answer-blob-call.js'
import type { Link, OpenLink } from './link.js'
import type { Loss } from './running-attempt.js'
import type { HostMessage, WorkerJobMessage, WorkerMessage } from './session-message.js'

/** A run as a session sees it. */
export interface HostRun {
  readonly opening: RunOpening
  readonly blobs: BlobAccess
  receive(messages: readonly WorkerJobMessage[], session: HostSession): void
  /** The session has no worker any more. */
  sessionLost(session: HostSession, loss: Loss): void
}

interface KnownRun {
  readonly run: HostRun
  readonly templates: Set<number>
}

/**
 * The host's end of a session with one worker. A message of a run that is closed, or of another writer of it, reaches
 * nobody.
 */
export class HostSession {
  /** Jobs of the worker that have not settled. */
  load = 0
  protected readonly link: Link<HostMessage>
  readonly #known = new Map<RunId, KnownRun>()

  constructor(openLink: OpenLink<HostMessage, WorkerMessage>) {
    this.link = openLink(message => this.#receive(message))
  }

  /** @throws DataCloneError when the template or a job is not plain data; then none of them is on its way */
  dispatch(run: HostRun, template: JobTemplate, jobs: readonly JobAssignment[]): void {
    const { address } = run.opening
    const { templateId } = template
    const { templates } = this.#known.get(address.run) ?? this.#open(run)
    if (!templates.has(templateId)) {
      this.link.post({ type: 'template', ...address, template })
      templates.add(templateId)
    }
    this.link.post({ type: 'jobs', ...address, templateId, jobs })
    this.load += jobs.length
  }

  cancel(address: RunAddress, attempts: readonly AttemptAddress[], reason: AttemptCancelReason): void {
    this.link.post({ type: 'cancel', ...address, attempts, reason })
  }

  acknowledgeCheckpoint(address: RunAddress, attempt: AttemptAddress, requestNumber: number): void {
    this.link.post({ type: 'checkpoint.durable', ...address, ...attempt, requestNumber })
  }

  closeRun(address: RunAddress): void {
    if (this.#known.delete(address.run)) this.link.post({ type: 'run.close', ...address })
  }

  /** A job of this session has settled, and nothing of it is left to do. */
  settled(): void {
    this.load--
  }

  /** Ends in good order; its jobs must have settled. */
  end(): void {
    this.link.post({ type: 'end' })
  }

  protected get runCount(): number {
    return this.#known.size
  }

  /** The worker reacts; the first time soon after it has started. */
  protected onPong(): void {}

  /** The worker should get no more jobs. */
  protected onTainted(): void {}

  /** Whatever the worker still says reaches no run. */
  protected forgetRuns(): void {
    this.#known.clear()
  }

  #receive(message: WorkerMessage): void {
    switch (message.type) {
      case 'messages':
        this.#runOf(message)?.receive(message.messages, this)
        return
      case 'blob':
        void this.#answer(message)
        return
      case 'tainted':
        this.onTainted()
        return
      case 'pong':
        this.onPong()
        return
      default:
        unreachable(message)
    }
  }

  /** The worker is gone, with what was on it. */
  protected lost(loss: Loss): void {
    for (const { run } of [...this.#known.values()]) run.sessionLost(this, loss)
  }

  /** Tells the worker of a run before its first template. */
  protected announce({ opening: { address, movieId } }: HostRun): void {
    this.link.post({ type: 'run.open', ...address, movieId })
  }

  #open(run: HostRun): KnownRun {
    const known: KnownRun = { run, templates: new Set() }
    this.announce(run)
    this.#known.set(run.opening.address.run, known)
    return known
  }

  #runOf({ run, token }: RunAddress): HostRun | undefined {
    const known = this.#known.get(run)?.run
    return known?.opening.address.token === token ? known : undefined
  }

  async #answer(message: Extract<WorkerMessage, { type: 'blob' }>): Promise<void> {
    const { request, call } = message
    const reply = await answerBlobCall(this.#runOf(message)?.blobs, call)
    const transfer = reply.type === 'bytes' ? [reply.bytes.buffer as ArrayBuffer] : []
    this.link.post({ type: 'blob.reply', request, reply }, transfer)
  }
}
