import { setTimeout as sleep } from 'node:timers/promises'
import { ABORT_GRACE_MS } from '../../../model/provider/attempt-limits.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { ProduceContext } from '../../../model/provider/provider.js'
import { untilAborted } from '../../../model/until-aborted.js'
import type { BatchApi, EndedBatch, RowResult, RunningBatch } from './batch-api.js'
import type { BatchSettings } from './batch-fields.js'
import { steadilyUnlessGone } from './batch-gone-error.js'
import { type BatchResults, downloadResults } from './batch-results.js'
import type { BatchPlace } from './row-checkpoint.js'

/** Batches that a thread keeps answers of. */
const BATCHES_KEPT = 8

type Timing = Pick<BatchSettings, 'pollMs' | 'deadlineMs' | 'onCancel'>

interface Waiter {
  readonly place: BatchPlace
  readonly context: ProduceContext
  resolve(result: RowResult): void
  reject(error: unknown): void
}

const watches = new WeakMap<BatchApi, Map<string, BatchWatch>>()

/** The one poller of a batch in this thread: it asks while jobs wait, and hands each its answer. */
export class BatchWatch {
  readonly #service: BatchApi
  readonly #batchId: string
  readonly #timing: Timing
  readonly #waiters = new Set<Waiter>()
  readonly #cancelled = new Set<string>()
  #polling: AbortController | undefined
  #ended: { readonly batch: EndedBatch; readonly results: BatchResults } | undefined
  #isCancelSent = false
  #hasRun = false
  /** Requests in the batch, once that is known. */
  rowCount = Number.POSITIVE_INFINITY

  private constructor(service: BatchApi, batchId: string, timing: Timing) {
    this.#service = service
    this.#batchId = batchId
    this.#timing = timing
  }

  static of(service: BatchApi, batchId: string, timing: Timing): BatchWatch {
    let ofService = watches.get(service)
    if (ofService === undefined) {
      ofService = new Map()
      watches.set(service, ofService)
    }
    let watch = ofService.get(batchId)
    if (watch === undefined) {
      forgetOldest(ofService)
      watch = new BatchWatch(service, batchId, timing)
      ofService.set(batchId, watch)
    }
    return watch
  }

  get isIdle(): boolean {
    return this.#waiters.size === 0
  }

  /** The answer to a request of the batch, once the batch has ended. */
  async result(place: BatchPlace, context: ProduceContext): Promise<RowResult> {
    const known = this.#knownResult(place)
    if (known !== undefined) return known
    let waiter: Waiter | undefined
    const answered = new Promise<RowResult>((resolve, reject) => {
      waiter = { place, context, resolve, reject }
      this.#waiters.add(waiter)
    })
    this.#startPolling()
    try {
      return await untilAborted(answered, context.signal)
    } catch (error) {
      this.#waiters.delete(waiter!)
      if (context.signal.aborted) await this.leave(place, context.signal)
      throw error
    }
  }

  /** A job no longer waits. When the user has cancelled the last one of the batch, the batch is cancelled. */
  async leave({ customId }: BatchPlace, signal: AbortSignal): Promise<void> {
    if (this.isIdle) this.#polling?.abort()
    // On a timeout the next attempt goes on waiting.
    if ((signal.reason as Error | undefined)?.name !== 'AbortError') return
    this.#cancelled.add(customId)
    if (this.#timing.onCancel === 'cancel' && this.#cancelled.size >= this.rowCount) await this.#cancel()
  }

  #knownResult(place: BatchPlace): RowResult | undefined {
    if (this.#ended === undefined) return undefined
    const { batch, results } = this.#ended
    const row = results.rows.get(place.customId)
    if (row === undefined && !results.areAllKept) return undefined
    const result = row ?? batch.withoutRow(place.line)
    return result.state === 'undone' && this.#isCancelledElsewhere(batch)
      ? cancelledElsewhere(this.#batchId)
      : result
  }

  /** Somebody has cancelled the batch while it was waited for: they do not want it to be sent again. */
  #isCancelledElsewhere({ isCancelled }: EndedBatch): boolean {
    return isCancelled && this.#hasRun && !this.#isCancelSent
  }

  #startPolling(): void {
    if (this.#polling !== undefined) return
    const polling = new AbortController()
    this.#polling = polling
    this.#poll(polling.signal)
      .catch(error => {
        if (polling.signal.aborted) return
        for (const { reject } of this.#waiters) reject(error)
        this.#waiters.clear()
      })
      .finally(() => {
        this.#polling = undefined
        // Somebody may have come since the last look.
        if (!this.isIdle) this.#startPolling()
      })
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const { pollMs, deadlineMs } = this.#timing
    const { failures } = this.#service
    const steadiness = { failures, baseDelayMs: Math.min(pollMs, 1_000), signal }
    while (!this.isIdle) {
      const batch = await steadilyUnlessGone(
        `The batch ${this.#batchId}`,
        () => this.#service.look(this.#batchId),
        steadiness,
      )
      if (batch.state === 'ended') {
        const results = await downloadResults(batch, this.#waitedFor(), steadiness)
        this.#ended = { batch, results }
        this.#deliver()
        return
      }
      this.#hasRun = true
      if (batch.totalCount > 0) this.rowCount = batch.totalCount
      this.#showProgress(batch)
      const ageMs = Date.now() - batch.createdAt
      if (deadlineMs !== undefined && ageMs >= deadlineMs) await this.#cancel()
      await sleep(pollMs, undefined, { signal })
    }
  }

  #deliver(): void {
    for (const waiter of this.#waiters) {
      const result = this.#knownResult(waiter.place)
      // Absent for one who came during the download and whose answer was not kept.
      if (result === undefined) continue
      this.#waiters.delete(waiter)
      waiter.resolve(result)
    }
  }

  #waitedFor(): Set<string> {
    return new Set([...this.#waiters].map(({ place }) => place.customId))
  }

  #showProgress({ status, doneCount, totalCount }: RunningBatch): void {
    if (totalCount === 0) return
    for (const { context } of this.#waiters)
      context.progress(doneCount / totalCount, `batch ${status}, ${doneCount} of ${totalCount}`)
  }

  /** Within the time that a cancelled job has to settle; what cannot be cancelled goes on, and can be resumed. */
  async #cancel(): Promise<void> {
    if (this.#isCancelSent) return
    this.#isCancelSent = true
    const signal = AbortSignal.timeout(ABORT_GRACE_MS / 2)
    try {
      await this.#service.cancel(this.#batchId, signal)
    } catch {
      this.#isCancelSent = false
    }
  }
}

const cancelledElsewhere = (id: string): RowResult => ({
  state: 'refused',
  error: new ProviderError(
    'invalid',
    `The batch ${id} was cancelled at the service, not by this run. Run again to send what is missing.`,
  ),
})

/** Batches that have ended and that nobody asks for, oldest first. */
function forgetOldest(watches: Map<string, BatchWatch>): void {
  for (const [batchId, watch] of watches) {
    if (watches.size < BATCHES_KEPT) return
    if (watch.isIdle) watches.delete(batchId)
  }
}
