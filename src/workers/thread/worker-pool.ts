import { availableParallelism } from 'node:os'
import type { EventLoopUtilization } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import type { ResourceLimits } from 'node:worker_threads'
import type { Piscina } from 'piscina'
import { compiledModule } from '../../model/compiled-module.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { type MovieId, movieId } from '../../model/id.js'
import type { JobExecutor, JobMessage } from '../../model/job.js'
import { ABORT_GRACE_MS } from '../../model/provider/attempt-limits.js'
import type { Provider } from '../../model/provider/provider.js'
import { keepReserve } from '../../model/shortage/descriptor-reserve.js'
import { INLINE_LIMIT_BYTES } from '../../model/value-limits.js'
import type { Store } from '../../storage/store.js'
import type { StoreOptions } from '../../storage/store-options.js'
import type { OpenCache } from '../attempt/job-reuse.js'
import type { ReleasableBlobs } from '../attempt/output/blob-access.js'
import { InlineRunner } from '../inline/inline-runner.js'
import { answerBlobCall } from './answer-blob-call.js'
import { atExit } from './at-exit.js'
import { PoolRun } from './pool-run.js'
import type { BlobCall, BlobReply, SessionStart } from './session-message.js'
import { type SessionOwner, ThreadSession } from './thread-session.js'
import { ThreadSessions } from './thread-sessions.js'
import { Watchdog } from './watchdog.js'

/** A thread that was let go ends after this when no work came. */
const THREAD_IDLE_MS = 60_000

export interface WorkerPoolOptions {
  /** Worker threads. @default the number of cores */
  readonly threads?: number
  /** Memory limits of each thread; a thread that exceeds them dies, with the jobs on it. */
  readonly resourceLimits?: ResourceLimits
  /** Time a provider has to settle after its abort, in milliseconds. @default ABORT_GRACE_MS */
  readonly abortGraceMs?: number
  /** Values above this become blobs. @default INLINE_LIMIT_BYTES */
  readonly inlineLimitBytes?: number
  /** Of the blobs that threads write. @default 'fdatasync' */
  readonly durability?: NonNullable<StoreOptions['durability']>
}

export interface OpenRunOptions {
  readonly movieId: string
  readonly store: Pick<Store, 'url' | 'isReachableFromThreads'> & { blobs(movie: MovieId): ReleasableBlobs }
  /** By provider name. */
  readonly inlineProviders: ReadonlyMap<string, Provider>
  /** For inline providers; threads open a cache of their own. */
  readonly openCache?: OpenCache | undefined
  /** Gets the messages about the run's jobs, in batches; never from inside a call of the executor. */
  onMessages(messages: readonly JobMessage[]): void
}

/**
 * Threads that execute jobs. A thread with work holds one *session*, a single long task for Piscina, over
 * which jobs go out and messages come back in batches. Threads start with their first job, and one that dies
 * takes along only the jobs that were on it.
 */
export class WorkerPool implements AsyncDisposable {
  readonly #abortGraceMs: number
  readonly #inlineLimitBytes: number
  readonly #durability: NonNullable<StoreOptions['durability']>
  readonly #threads: number
  readonly #resourceLimits: ResourceLimits | undefined
  readonly #runs = new Map<number, PoolRun>()
  readonly #sessions: ThreadSessions
  readonly #watchdog: Watchdog
  #forgetExit = () => {}
  #piscina: Piscina | undefined
  #opening: Promise<Piscina> | undefined
  #lastRun = 0
  #closing: Promise<void> | undefined

  /** @throws ShowrunnerError `USAGE_INVALID` */
  constructor(options: WorkerPoolOptions = {}) {
    this.#threads = options.threads ?? availableParallelism()
    if (!Number.isInteger(this.#threads) || this.#threads < 1) {
      throw new ShowrunnerError(
        'USAGE_INVALID',
        `threads must be a whole number from 1, got ${options.threads}.`,
      )
    }
    this.#abortGraceMs = options.abortGraceMs ?? ABORT_GRACE_MS
    this.#inlineLimitBytes = options.inlineLimitBytes ?? INLINE_LIMIT_BYTES
    this.#durability = options.durability ?? 'fdatasync'
    this.#resourceLimits = options.resourceLimits
    const owner = this.#sessionOwner()
    this.#sessions = new ThreadSessions(this.#threads, () => new ThreadSession(owner, this.#abortGraceMs))
    this.#watchdog = new Watchdog(this.#sessions, this.#runs, this.#abortGraceMs)
  }

  /** @throws ShowrunnerError `ENGINE_CLOSED` */
  openRun({ store, onMessages, ...options }: OpenRunOptions): JobExecutor {
    if (this.#closing !== undefined) {
      throw new ShowrunnerError('ENGINE_CLOSED', 'The engine is closed. Open a new one to run a movie.')
    }
    const blobs = store.blobs(movieId(options.movieId))
    const number = ++this.#lastRun
    const storeUrl = store.isReachableFromThreads ? store.url : undefined
    const inline = new InlineRunner({
      providers: options.inlineProviders,
      openCache: options.openCache,
      blobs,
      abortGraceMs: this.#abortGraceMs,
      inlineLimitBytes: this.#inlineLimitBytes,
      onMessages: messages => run.receive(messages, undefined),
    })
    const run: PoolRun = new PoolRun({
      info: { run: number, movieId: options.movieId, storeUrl },
      blobs,
      inline,
      abortGraceMs: this.#abortGraceMs,
      onMessages,
      assign: (jobs, take) => {
        this.#watchdog.wake()
        this.#sessions.assign(jobs, take)
      },
      onClosed: () => this.#runs.delete(number),
    })
    this.#runs.set(number, run)
    return run
  }

  /** Starts threads for so many jobs, which will come soon: starting one takes longer than opening a movie. */
  prepare(jobCount: number): void {
    if (this.#closing === undefined) this.#sessions.prepare(jobCount)
  }

  /** How busy the event loop of each thread has been since it began, by the thread's id. */
  threadLoops(): Map<number, EventLoopUtilization> {
    const threads = this.#piscina?.threads ?? []
    return new Map(threads.map(thread => [thread.threadId, thread.performance.eventLoopUtilization()]))
  }

  /** Aborts what still runs, waits until it has settled, and ends the threads. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#runs.values()].map(run => run.close()))
    await this.#sessions.endAll()
    this.#watchdog.rest()
    this.#forgetExit()
    await (await this.#opening)?.destroy()
  }

  #sessionOwner(): SessionOwner {
    return {
      occupyThread: async (port, signal) => {
        const start: SessionStart = {
          port,
          abortGraceMs: this.#abortGraceMs,
          inlineLimitBytes: this.#inlineLimitBytes,
          durability: this.#durability,
        }
        this.#opening ??= this.#openPiscina()
        const piscina = await this.#opening
        await piscina.run(start, { name: 'session', signal, transferList: [port] })
      },
      onMessages: (session, run, messages) => this.#runs.get(run)?.receive(messages, session),
      onBlobCall: (run, call) => this.#onBlobCall(run, call),
      onIdle: session => this.#sessions.idle(session),
      onTainted: session => this.#sessions.taint(session),
      onEnded: (session, cause) => {
        const isSoleSuspect = session.load === 1 || !session.hasThread
        for (const run of this.#runs.values()) run.sessionEnded(session, { cause, isSoleSuspect })
        this.#sessions.remove(session)
      },
    }
  }

  async #onBlobCall(run: number, call: BlobCall): Promise<BlobReply> {
    const blobs = this.#runs.get(run)?.blobs
    if (blobs !== undefined) return await answerBlobCall(blobs, call)
    return { type: 'error', code: 'ENGINE_CLOSED', message: 'The run has ended.' }
  }

  async #openPiscina(): Promise<Piscina> {
    keepReserve()
    // Loaded when it is needed: most commands run no job.
    const { Piscina } = await import('piscina')
    this.#forgetExit = atExit(() => {
      for (const session of this.#sessions) session.killProcesses()
    })
    const piscina = new Piscina({
      filename: fileURLToPath(compiledModule('thread/worker-main.js')),
      minThreads: 0,
      // Retired sessions keep their threads while new ones take over; suspects have theirs apart.
      maxThreads: 3 * this.#threads,
      concurrentTasksPerWorker: 1,
      idleTimeout: THREAD_IDLE_MS,
      // An idle thread that blocks in Atomics.wait would freeze its keep-alive sockets and timers.
      atomics: 'disabled',
      recordTiming: false,
      ...(this.#resourceLimits === undefined ? {} : { resourceLimits: this.#resourceLimits }),
    })
    // A thread died without a session. If it did so at its start, the session it was started for would wait
    // for ever.
    piscina.on('error', (error: Error) => {
      for (const session of [...this.#sessions]) {
        if (!session.hasThread) session.kill(`its thread could not start (${error.message})`)
      }
    })
    this.#piscina = piscina
    return piscina
  }
}
