import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { CancelReason, JobAssignment, JobFiled, JobMessage, JobTemplate } from '../../model/job.js'
import { packJobs } from './packed-jobs.js'
import { unpackMessages } from './packed-messages.js'
import { ProcessReaper } from './process-reaper.js'
import type { BlobCall, BlobReply, HostMessage, ThreadMessage } from './session-message.js'

/** A thread without jobs is let go after this, so that it does not keep the process alive. */
export const SESSION_LINGER_MS = 100
/** The same before its first job, and while a run goes on that has used it: jobs may be waiting for a slow append. */
export const RUN_LINGER_MS = 2_000

/** What a thread needs to know of a run before its first job. */
export interface SessionRun {
  readonly run: number
  readonly movieId: string
  readonly storeUrl: string | undefined
}

export interface SessionOwner {
  /** Occupies one thread until the session ends; rejects when the thread dies or `signal` kills it. */
  occupyThread(port: MessagePort, signal: AbortSignal): Promise<void>
  onMessages(session: ThreadSession, run: number, messages: readonly (JobMessage | JobFiled)[]): void
  onBlobCall(run: number, call: BlobCall): Promise<BlobReply>
  onTainted(session: ThreadSession): void
  /** The last job on the thread has settled. */
  onIdle(session: ThreadSession): void
  /** The session has no thread any more; `cause` says why, for the jobs that were on it. */
  onEnded(session: ThreadSession, cause: string): void
}

/**
 * The host's end of one thread's work: jobs go out over a port of its own and messages come back over it.
 * For Piscina a session is a single task, so its thread keeps the process alive exactly as long as the
 * session lives, and the death of the thread is the failure of that task. A session without jobs ends by
 * itself: soon after its last run, which lets the process exit when the program has nothing else to do, and during a
 * run only after a longer rest, since a slow append may keep all jobs of a run for a moment.
 */
export class ThreadSession {
  /** Jobs on the thread that have not settled. */
  load = 0
  #hasThread = false
  #hasWorked = false
  #killCause: string | undefined
  #state: 'open' | 'retired' | 'ending' | 'ended' = 'open'
  readonly #owner: SessionOwner
  readonly #port: MessagePort
  readonly #kill = new AbortController()
  /** What the thread knows: templates by run. */
  readonly #known = new Map<number, Set<number>>()
  readonly #processes = new ProcessReaper()
  readonly #graceMs: number
  #timer: NodeJS.Timeout
  #ticksWithoutPong = 0

  constructor(owner: SessionOwner, graceMs: number) {
    this.#owner = owner
    this.#graceMs = graceMs
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.on('message', (message: ThreadMessage) => this.#receive(message))
    port1.unref()
    this.#timer = this.#startLinger()
    owner.occupyThread(port2, this.#kill.signal).then(
      () => this.#ended('the session has ended'),
      (error: unknown) => this.#ended(error instanceof Error ? error.message : String(error)),
    )
  }

  /** Takes new jobs. */
  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** False until the thread has started and spoken. */
  get hasThread(): boolean {
    return this.#hasThread
  }

  /** @throws DataCloneError when the template or a job is not plain data; then none of them is on its way */
  dispatch(run: SessionRun, template: JobTemplate, jobs: readonly JobAssignment[]): void {
    let templates = this.#known.get(run.run)
    if (templates === undefined) {
      templates = new Set()
      this.#known.set(run.run, templates)
      this.#post({ type: 'run.open', ...run })
    }
    if (!templates.has(template.templateId)) {
      this.#post({ type: 'template', run: run.run, template })
      templates.add(template.templateId)
    }
    this.#post({ type: 'jobs', run: run.run, templateId: template.templateId, jobs: packJobs(jobs) })
    this.load += jobs.length
    this.#hasWorked = true
  }

  cancel(run: number, jobs: readonly number[], reason: CancelReason): void {
    this.#post({ type: 'cancel', run, jobs, reason })
  }

  acknowledgeCheckpoint(run: number, job: number, attempt: number, requestNumber: number): void {
    this.#post({ type: 'checkpoint.durable', run, job, attempt, requestNumber })
  }

  closeRun(run: number): void {
    if (!this.#known.delete(run)) return
    this.#post({ type: 'run.close', run })
    if (this.load === 0 && this.#known.size === 0) this.#linger()
  }

  /** A job of this session has settled, and nothing of it is left to do. */
  settled(): void {
    this.load--
    if (this.load > 0) return
    if (this.#state === 'retired') this.kill()
    else {
      this.#linger()
      this.#owner.onIdle(this)
    }
  }

  /** Takes no more jobs; its thread is killed when the last of those it has is settled. */
  retire(): void {
    if (this.#state !== 'open') return
    this.#state = 'retired'
    if (this.load === 0) this.kill()
  }

  /** Ends in good order; its jobs must have settled. */
  end(): void {
    if (this.#state !== 'open') return
    this.#state = 'ending'
    clearTimeout(this.#timer)
    // Code that a provider left behind may block the thread, which would then keep the process alive.
    this.#timer = setTimeout(() => this.kill(), this.#graceMs).unref()
    this.#post({ type: 'end' })
  }

  /** Terminates the thread at once; the owner hears of it by `onEnded`. */
  kill(cause = 'it was ended'): void {
    this.#killCause ??= cause
    this.#kill.abort()
  }

  /** Once a period of the watchdog: an overdue thread that answers no ping for `limit` periods is killed. */
  watch(isOverdue: boolean, limit: number): void {
    if (!isOverdue) this.#ticksWithoutPong = 0
    else if (this.#ticksWithoutPong > limit) this.kill('it did not react any more')
    else if (++this.#ticksWithoutPong === 1) this.#post({ type: 'ping' })
  }

  /** For the exit of the process: ends what the thread has started, also when its last notices are unread. */
  killProcesses(): void {
    for (const message of this.#unread()) if (message.type === 'process') this.#processes.note(message)
    this.#processes.killAll()
  }

  *#unread(): Iterable<ThreadMessage> {
    for (let entry = receiveMessageOnPort(this.#port); entry; entry = receiveMessageOnPort(this.#port)) {
      yield entry.message as ThreadMessage
    }
  }

  #receive(message: ThreadMessage): void {
    this.#hasThread = true
    switch (message.type) {
      case 'messages':
        this.#owner.onMessages(this, message.run, unpackMessages(message.messages))
        return
      case 'blob':
        void this.#answer(message.run, message.request, message.call)
        return
      case 'tainted':
        this.#owner.onTainted(this)
        return
      case 'process':
        this.#processes.note(message)
        return
      case 'pong':
        this.#ticksWithoutPong = 0
        return
    }
  }

  async #answer(run: number, request: number, call: BlobCall): Promise<void> {
    const reply = await this.#owner.onBlobCall(run, call)
    const transfer = reply.type === 'bytes' ? [reply.bytes.buffer as ArrayBuffer] : []
    this.#post({ type: 'blob.reply', request, reply }, transfer)
  }

  #post(message: HostMessage, transfer: ArrayBuffer[] = []): void {
    if (this.#state !== 'ended') this.#port.postMessage(message, transfer)
  }

  #linger(): void {
    if (this.#state !== 'open') return
    clearTimeout(this.#timer)
    this.#timer = this.#startLinger()
  }

  #startLinger(): NodeJS.Timeout {
    const ms = this.#known.size === 0 && this.#hasWorked ? SESSION_LINGER_MS : RUN_LINGER_MS
    return setTimeout(() => this.#endIfIdle(), ms).unref()
  }

  #endIfIdle(): void {
    if (this.load === 0) this.end()
  }

  #ended(cause: string): void {
    // What the thread said before it died counts: its results are paid for.
    for (const message of this.#unread()) this.#receive(message)
    this.#state = 'ended'
    clearTimeout(this.#timer)
    this.#processes.killAll()
    this.#port.close()
    this.#owner.onEnded(this, this.#killCause ?? cause)
  }
}
