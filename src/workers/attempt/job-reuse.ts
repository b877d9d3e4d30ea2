import pLimit from 'p-limit'
import pTimeout from 'p-timeout'
import { TIMER_LIMIT_MS } from '../../model/clock.js'
import {
  type JobAssignment,
  type JobTemplate,
  type ProducedArtifact,
  reuseKey,
  reuseKeyOfAnyCode,
} from '../../model/job.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { ResultCache } from '../../storage/cache/result-cache.js'
import type { Attempt } from './attempt.js'
import { boundedText, plainText } from './failure/plain-text.js'
import type { BlobAccess } from './output/blob-access.js'
import { JOB_BLOB_CONCURRENCY } from './output/blob-access.js'

/** Longest time that looking for an entry may take; then the provider is called. */
const CACHE_LOOK_MS = 5_000
/** Longest time that storing one result in the cache may take; a run waits for it at its end. */
const CACHE_KEEP_MS = 60_000
/** A cache that failed is not used for so long. */
const CACHE_PAUSE_MS = 30_000

/** Opens the cache, once for all runs of a thread. */
export type OpenCache = () => Promise<ResultCache>

/** Shares of an attempt's timeout that the cache may use up, so that enough is left for the provider. */
const LOOK_SHARE = 1 / 4
const COPY_SHARE = 1 / 2

/**
 * The results that jobs of one run take from the cache and give to it. A cache that fails fails no job: it is not
 * used for a while, and the error is logged once.
 */
export class JobReuse {
  readonly #open: OpenCache
  readonly #blobs: BlobAccess
  /** Jobs whose entry exists and is unusable. */
  readonly #damaged = new Set<number>()
  #pausedUntil = Number.NEGATIVE_INFINITY

  constructor(open: OpenCache, blobs: BlobAccess) {
    this.#open = open
    this.#blobs = blobs
  }

  /**
   * What the job would make, in the movie's own store; undefined: its provider must make it.
   * @throws the reason of the attempt's signal, once it is aborted
   */
  async find(attempt: Attempt): Promise<readonly ProducedArtifact[] | undefined> {
    const { template, assignment, signal } = attempt
    const isAskedAgain = assignment.isFresh || assignment.feedback !== undefined
    if (isAskedAgain || assignment.resume !== undefined || this.#isPaused) return undefined
    const lookMs = Math.min(CACHE_LOOK_MS, template.timeoutMs * LOOK_SHARE)
    const copyMs = Math.min(TIMER_LIMIT_MS, template.timeoutMs * COPY_SHARE)
    try {
      const { cache, finding } = await within(lookMs, signal, async () => {
        const cache = await this.#open()
        return { cache, finding: await findEntry(cache, template, assignment) }
      })
      if (finding.state === 'found') {
        const { artifacts } = finding
        const bad = await within(copyMs, signal, stop => copyBlobs(artifacts, cache.blobs, this.#blobs, stop))
        if (bad === undefined) return artifacts
        await within(lookMs, signal, () => cache.discard(bad))
      }
      if (finding.state !== 'absent') this.#damaged.add(assignment.job)
      return undefined
    } catch (error) {
      signal.throwIfAborted()
      const message = this.#trouble(error, attempt)
      if (message !== undefined) attempt.send({ type: 'job.log', level: 'warn', message })
      return undefined
    }
  }

  /** Keeps what the job made for others. Never rejects; answers with what went wrong, for the user. */
  async keep(attempt: Attempt, artifacts: readonly ProducedArtifact[]): Promise<string | undefined> {
    if (this.#isPaused) return undefined
    const { template, assignment } = attempt
    try {
      await within(CACHE_KEEP_MS, undefined, async stop => {
        const cache = await this.#open()
        if ((await copyBlobs(artifacts, this.#blobs, cache.blobs, stop)) !== undefined) return
        stop.throwIfAborted()
        const { isFresh, feedback, job } = assignment
        const isReplaced = isFresh || feedback !== undefined || this.#damaged.has(job)
        await cache.keep(reuseKey(template, assignment), artifacts, isReplaced ? 'over' : 'new')
      })
      return undefined
    } catch (error) {
      return this.#trouble(error, attempt)
    }
  }

  get #isPaused(): boolean {
    return performance.now() < this.#pausedUntil
  }

  /** What to log; undefined: another job has logged it. */
  #trouble(error: unknown, attempt: Attempt): string | undefined {
    if (this.#isPaused) return undefined
    this.#pausedUntil = performance.now() + CACHE_PAUSE_MS
    const reason = boundedText(plainText(error), attempt.redact)
    return `The cache is not used for ${CACHE_PAUSE_MS / 1_000} s: ${reason}`
  }
}

/** Resolves to a blob that is missing or damaged at its source, if there is one. */
async function copyBlobs(
  artifacts: readonly ProducedArtifact[],
  from: BlobAccess,
  to: BlobAccess,
  stop: AbortSignal,
): Promise<BlobRef | undefined> {
  const limit = pLimit(JOB_BLOB_CONCURRENCY)
  const copies = artifacts.flatMap(({ blob }) =>
    blob === undefined
      ? []
      : [limit(async () => ((await copyBlob(blob, from, to, stop)) ? undefined : blob))],
  )
  return (await Promise.all(copies)).find(bad => bad !== undefined)
}

async function copyBlob(
  blob: BlobRef,
  from: BlobAccess,
  to: BlobAccess,
  stop: AbortSignal,
): Promise<boolean> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    stop.throwIfAborted()
    for await (const chunk of from.readStream(blob)) {
      yield chunk
      stop.throwIfAborted()
    }
  }
  try {
    await to.put(chunks(), blob.mimeType)
    return true
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code === 'BLOB_MISSING' || code === 'BLOB_CORRUPT') return false
    throw error
  }
}

/**
 * Waits for `act` until `signal` is aborted or `limitMs` have passed; then tells it to stop.
 * @throws the signal's reason; TimeoutError when it takes longer
 */
async function within<Result>(
  limitMs: number,
  signal: AbortSignal | undefined,
  act: (stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController()
  try {
    return await pTimeout(act(stop.signal), {
      milliseconds: limitMs,
      message: `no answer within ${Math.round(limitMs)} ms`,
      ...(signal && { signal }),
    })
  } finally {
    stop.abort()
  }
}

/** Entries from before the code of providers was compared count: they were paid for. */
async function findEntry(cache: ResultCache, template: JobTemplate, assignment: JobAssignment) {
  const finding = await cache.find(reuseKey(template, assignment), template.outputs)
  if (finding.state !== 'absent' || template.provider.hash === undefined) return finding
  return await cache.find(reuseKeyOfAnyCode(template, assignment), template.outputs)
}
