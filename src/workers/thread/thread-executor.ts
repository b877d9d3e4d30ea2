import { availableParallelism } from 'node:os'
import type { EventLoopUtilization } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import type { MessagePort, ResourceLimits } from 'node:worker_threads'
import type { Piscina } from 'piscina'
import { compiledModule } from '../../model/compiled-module.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { JobExecutor } from '../../model/job.js'
import { ABORT_GRACE_MS } from '../../model/provider/attempt-limits.js'
import { keepReserve } from '../../model/shortage/descriptor-reserve.js'
import {
  LEAST_OPEN_FILES,
  THREAD_OPEN_FILES,
  threadsWithinLimit,
  tooFewOpenFiles,
} from '../../model/shortage/open-files-limit.js'
import { INLINE_LIMIT_BYTES } from '../../model/value-limits.js'
import type { StoreOptions } from '../../storage/store-options.js'
import type { AttemptLimits, Executor, RunOpening } from '../executor.js'
import { SessionRun } from '../session/session-run.js'
import { atExit } from './at-exit.js'
import type { SessionStart } from './thread-message.js'
import { ThreadSession } from './thread-session.js'
import { ThreadSessions } from './thread-sessions.js'
import { Watchdog } from './watchdog.js'

/** A thread without a session ends after this. */
const THREAD_IDLE_MS = 60_000

export interface ThreadExecutorOptions extends AttemptLimits {
  /** Worker threads; fewer where the process may open too few files for them. @default the number of cores */
  readonly threads?: number
  /** Memory limits of each thread; a thread that exceeds them dies, with the jobs on it. */
  readonly resourceLimits?: ResourceLimits
  /** Of the blobs that threads write. @default 'fdatasync' */
  readonly durability?: NonNullable<StoreOptions['durability']>
  /** File URLs of the modules of configured providers, by provider name. */
  readonly modules?: Readonly<Record<string, string>>
}

/**
 * Threads that execute jobs. A thread with work holds one *session*, a single long task for Piscina, over
 * which jobs go out and messages come back in batches. Threads start with their first job, and one that dies
 * takes along only the jobs that were on it.
 */
export class ThreadExecutor implements Executor {
  readonly #threads: number
  readonly #resourceLimits: ResourceLimits | undefined
  readonly #start: Omit<SessionStart, 'port'>
  readonly #runs = new Set<SessionRun>()
  readonly #sessions: ThreadSessions
  readonly #watchdog: Watchdog
  #forgetExit = () => {}
  #piscina: Piscina | undefined
  #opening: Promise<Piscina> | undefined
  #closing: Promise<void> | undefined

  /** @throws ShowrunnerError `USAGE_INVALID` */
  constructor(options: ThreadExecutorOptions = {}) {
    const threads = options.threads ?? availableParallelism()
    if (!Number.isInteger(threads) || threads < 1) {
      throw new ShowrunnerError(
        'USAGE_INVALID',
        `threads must be a whole number from 1, got ${options.threads}.`,
      )
    }
    this.#threads = threadsWithinLimit(threads)
    const abortGraceMs = options.abortGraceMs ?? ABORT_GRACE_MS
    this.#start = {
      abortGraceMs,
      inlineLimitBytes: options.inlineLimitBytes ?? INLINE_LIMIT_BYTES,
      durability: options.durability ?? 'fdatasync',
      modules: options.modules ?? {},
    }
    this.#resourceLimits = options.resourceLimits
    this.#sessions = new ThreadSessions(this.#threads, () => this.#openSession())
    this.#watchdog = new Watchdog(this.#sessions, this.#runs, abortGraceMs)
  }

  openRun(opening: RunOpening): JobExecutor {
    if (this.#closing !== undefined) {
      throw new ShowrunnerError('ENGINE_CLOSED', 'The engine is closed. Open a new one to run a movie.')
    }
    const run: SessionRun = new SessionRun({
      opening,
      abortGraceMs: this.#start.abortGraceMs,
      assign: (jobs, take) => {
        const tooFew = this.#tooFewFiles()
        if (tooFew !== undefined) {
          opening.onBroken?.(tooFew)
          return
        }
        this.#watchdog.wake()
        this.#sessions.assign(jobs, take)
      },
      onClosed: () => void this.#runs.delete(run),
    })
    this.#runs.add(run)
    return run
  }

  /** Starts threads for so many jobs: starting one takes longer than opening a movie. */
  prepare(jobCount: number): void {
    if (this.#closing === undefined && this.#tooFewFiles() === undefined) this.#sessions.prepare(jobCount)
  }

  /** Asked before the first thread starts. */
  #tooFewFiles(): ShowrunnerError | undefined {
    if (this.#opening !== undefined) return undefined
    return tooFewOpenFiles(LEAST_OPEN_FILES + THREAD_OPEN_FILES)
  }

  eventLoops(): ReadonlyMap<number, EventLoopUtilization> {
    const threads = this.#piscina?.threads ?? []
    return new Map(threads.map(thread => [thread.threadId, thread.performance.eventLoopUtilization()]))
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#runs].map(run => run.close()))
    await this.#sessions.endAll()
    this.#watchdog.rest()
    this.#forgetExit()
    await (await this.#opening)?.destroy()
  }

  #openSession(): ThreadSession {
    return new ThreadSession(
      {
        occupyThread: (port, signal) => this.#occupyThread(port, signal),
        onIdle: session => this.#sessions.idle(session),
        onTainted: session => this.#sessions.taint(session),
        onEnded: session => this.#sessions.remove(session),
      },
      this.#start.abortGraceMs,
    )
  }

  async #occupyThread(port: MessagePort, signal: AbortSignal): Promise<void> {
    this.#opening ??= this.#openPiscina()
    const piscina = await this.#opening
    const start: SessionStart = { ...this.#start, port }
    await piscina.run(start, { name: 'session', signal, transferList: [port] })
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
