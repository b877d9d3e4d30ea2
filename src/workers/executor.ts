import type { EventLoopUtilization } from 'node:perf_hooks'
import type { MovieId } from '../model/id.js'
import type { JobExecutor, JobMessage, RunAddress } from '../model/job.js'
import type { Provider } from '../model/provider/provider.js'
import type { ResultCache } from '../storage/cache/result-cache.js'
import type { Store } from '../storage/store.js'
import type { ReleasableBlobs } from './attempt/output/blob-access.js'

/** How attempts run, wherever that is. */
export interface AttemptLimits {
  /** Time a provider has to settle after its abort, in milliseconds. @default ABORT_GRACE_MS */
  readonly abortGraceMs?: number
  /** Values above this become blobs. @default INLINE_LIMIT_BYTES */
  readonly inlineLimitBytes?: number
}

/** What an executor has to know of a run. */
export interface RunOpening {
  readonly address: RunAddress
  readonly movieId: string
  /** Absolute folder that relative paths in the configs of its providers start from. */
  readonly baseFolder: string
  readonly store: Pick<Store, 'url' | 'isReachableFromThreads'> & { blobs(movie: MovieId): ReleasableBlobs }
  /** By provider name. */
  readonly inlineProviders: ReadonlyMap<string, Provider>
  readonly cache?: ResultCache | undefined
  /**
   * Gets the messages about the run's jobs, in batches; never from inside a call of the executor.
   * @param receipt higher with each batch, to be given to `recorded` when its messages are durable; undefined: nobody
   * keeps them
   */
  onMessages(messages: readonly JobMessage[], receipt?: number): void
  /** Places have become free, with or without a message. */
  onPlaces?(): void
  /** The jobs of this run cannot be executed any more, now or by anybody. */
  onBroken?(error: unknown): void
  /** Jobs that the run would have active at once; where they run elsewhere, so many places are asked for. */
  readonly wantedPlaces?: number
}

/** Where jobs are executed: threads of this process, this thread, or more than one kind of them. Serves many runs. */
export interface Executor extends AsyncDisposable {
  /** @throws ShowrunnerError `ENGINE_CLOSED` */
  openRun(opening: RunOpening): JobExecutor
  /** So many jobs will come soon; what takes time before the first one can run may begin. */
  prepare(jobCount: number): void
  /** How busy the event loops of its own threads have been since they began, by the thread's id. */
  eventLoops(): ReadonlyMap<number, EventLoopUtilization>
  /** Closes the runs that are open, and ends what it has started. Idempotent. */
  close(): Promise<void>
}
