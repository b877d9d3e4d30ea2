import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { JobAssignment, JobTemplate, RunAddress } from '../../model/job.js'
import { type HostRun, HostSession } from '../session/host-session.js'
import type { Link } from '../session/link.js'
import { PortLink } from './port-link.js'
import { ProcessReaper } from './process-reaper.js'
import type { FromThread, ToThread } from './thread-message.js'

/** A thread without jobs is let go after this, so that it does not keep the process alive. */
export const SESSION_LINGER_MS = 100
/** The same before its first job, and while a run goes on that has used it: jobs may be waiting for a slow append. */
export const RUN_LINGER_MS = 2_000

export interface SessionOwner {
  /** Occupies one thread until the session ends; rejects when the thread dies or `signal` kills it. */
  occupyThread(port: MessagePort, signal: AbortSignal): Promise<void>
  onTainted(session: ThreadSession): void
  /** The last job on the thread has settled. */
  onIdle(session: ThreadSession): void
  /** The session has no thread any more, and the jobs that were on it have settled. */
  onEnded(session: ThreadSession): void
}

/**
 * A session with a thread, and the thread's life. For Piscina a session is a single task, so its thread keeps the
 * process alive exactly as long as the session lives, and the death of the thread is the failure of that task. A
 * session without jobs ends by itself: soon after its last run, which lets the process exit when the program has
 * nothing else to do, and during a run only after a longer rest, since a slow append may hold up all jobs of a run.
 */
export class ThreadSession extends HostSession {
  #hasThread = false
  #hasWorked = false
  #killCause: string | undefined
  #state: 'open' | 'retired' | 'ending' | 'ended' = 'open'
  readonly #owner: SessionOwner
  readonly #toThread: Link<ToThread>
  readonly #processes: ProcessReaper
  readonly #kill = new AbortController()
  readonly #graceMs: number
  #timer: NodeJS.Timeout
  #ticksWithoutPong = 0

  constructor(owner: SessionOwner, graceMs: number) {
    const { port1, port2 } = new MessageChannel()
    const processes = new ProcessReaper()
    let toThread: Link<ToThread> | undefined
    super(receive => {
      toThread = new PortLink<ToThread, FromThread>(port1, message => {
        if (message.type === 'process') processes.note(message)
        else receive(message)
      })
      return toThread
    })
    port1.unref()
    this.#toThread = toThread!
    this.#processes = processes
    this.#owner = owner
    this.#graceMs = graceMs
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

  override dispatch(run: HostRun, template: JobTemplate, jobs: readonly JobAssignment[]): void {
    super.dispatch(run, template, jobs)
    this.#hasWorked = true
  }

  override closeRun(address: RunAddress): void {
    super.closeRun(address)
    if (this.load === 0 && this.runCount === 0) this.#linger()
  }

  override settled(): void {
    super.settled()
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

  override end(): void {
    if (this.#state !== 'open') return
    this.#state = 'ending'
    clearTimeout(this.#timer)
    // Code that a provider left behind may block the thread, which would then keep the process alive.
    this.#timer = setTimeout(() => this.kill(), this.#graceMs).unref()
    super.end()
  }

  /** Terminates the thread at once; the owner hears of it by `onEnded`. */
  kill(cause = 'it was ended'): void {
    this.#killCause ??= cause
    this.#kill.abort()
  }

  /** Once a period of the watchdog: an overdue thread that answers no ping for `limit` periods is killed. */
  watch(isOverdue: boolean, limit: number): void {
    if (!isOverdue) this.#ticksWithoutPong = 0
    else if (this.#ticksWithoutPong > limit) this.kill('it stopped responding')
    else if (++this.#ticksWithoutPong === 1) this.link.post({ type: 'ping' })
  }

  /** For the exit of the process: ends what the thread has started, also when its last notices are unread. */
  killProcesses(): void {
    this.forgetRuns()
    void this.link.drain()
    this.#processes.killAll()
  }

  protected override onPong(): void {
    this.#hasThread = true
    this.#ticksWithoutPong = 0
  }

  protected override onTainted(): void {
    this.#owner.onTainted(this)
  }

  /** A thread of this machine is also told where to find things. */
  protected override announce(run: HostRun): void {
    const { address, baseFolder, store, cache } = run.opening
    const places = {
      baseFolder,
      storeUrl: store.isReachableFromThreads ? store.url : undefined,
      cacheUrl: cache?.isReachableFromThreads ? cache.url : undefined,
    }
    this.#toThread.post({ type: 'run.places', run: address.run, places })
    super.announce(run)
  }

  #linger(): void {
    if (this.#state !== 'open') return
    clearTimeout(this.#timer)
    this.#timer = this.#startLinger()
  }

  #startLinger(): NodeJS.Timeout {
    const ms = this.runCount === 0 && this.#hasWorked ? SESSION_LINGER_MS : RUN_LINGER_MS
    return setTimeout(() => this.#endIfIdle(), ms).unref()
  }

  #endIfIdle(): void {
    if (this.load === 0) this.end()
  }

  async #ended(cause: string): Promise<void> {
    // What the thread said before it died counts: its results are paid for.
    await this.link.drain()
    this.#state = 'ended'
    clearTimeout(this.#timer)
    this.#processes.killAll()
    this.link.close()
    const isSoleSuspect = this.load === 1 || !this.#hasThread
    this.lost({ cause: this.#killCause ?? cause, isSoleSuspect })
    this.#owner.onEnded(this)
  }
}
