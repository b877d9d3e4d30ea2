import type { EventLoopUtilization } from 'node:perf_hooks'
import { ShowrunnerError } from '../../model/error/error.js'
import type { JobExecutor } from '../../model/job.js'
import { ABORT_GRACE_MS } from '../../model/provider/attempt-limits.js'
import { INLINE_LIMIT_BYTES } from '../../model/value-limits.js'
import type { AttemptLimits, Executor, RunOpening } from '../executor.js'
import { HostSession } from '../session/host-session.js'
import type { HostMessage, WorkerMessage } from '../session/session-message.js'
import { SessionRun } from '../session/session-run.js'
import { WorkerSession } from '../session/worker-session.js'
import { inProcessLink } from './in-process-link.js'

/**
 * Runs inline providers in the host's thread, with the same meaning as in a worker: a provider and the engine never
 * share an object, and nothing happens inside the call of `dispatch`.
 */
export class InlineExecutor implements Executor {
  readonly #limits: Required<AttemptLimits>
  readonly #runs = new Set<SessionRun>()
  #closing: Promise<void> | undefined

  constructor({ abortGraceMs = ABORT_GRACE_MS, inlineLimitBytes = INLINE_LIMIT_BYTES }: AttemptLimits = {}) {
    this.#limits = { abortGraceMs, inlineLimitBytes }
  }

  openRun(opening: RunOpening): JobExecutor {
    if (this.#closing !== undefined)
      throw new ShowrunnerError('ENGINE_CLOSED', 'The engine is closed. Open a new one to run a movie.')
    const { baseFolder, cache, inlineProviders } = opening
    const link = inProcessLink<HostMessage, WorkerMessage>()
    const worker = new WorkerSession(link.worker, {
      ...this.#limits,
      provider: ({ name }) => {
        const provider = inlineProviders.get(name)
        if (provider === undefined) throw new Error(`There is no inline provider "${name}".`)
        return provider
      },
      run: () => ({ baseFolder, blobs: run.blobs, openCache: cache && (async () => cache) }),
    })
    const session = new HostSession(link.host)
    const run: SessionRun = new SessionRun({
      opening,
      abortGraceMs: this.#limits.abortGraceMs,
      assign: (jobs, take) => take(session, jobs),
      onClosed: async () => {
        session.end()
        await worker.ended
        this.#runs.delete(run)
      },
    })
    this.#runs.add(run)
    return run
  }

  /** Nothing takes time before the first job. */
  prepare(): void {}

  eventLoops(): ReadonlyMap<number, EventLoopUtilization> {
    return new Map()
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([...this.#runs].map(run => run.close())).then(() => undefined)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
