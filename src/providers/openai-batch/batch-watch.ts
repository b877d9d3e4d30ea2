import { setTimeout as sleep } from 'node:timers/promises'
import type { Batch } from 'openai/resources/batches.js'
import { ABORT_GRACE_MS } from '../../model/provider/attempt-limits.js'
import type { ProduceContext } from '../../model/provider/provider.js'
import { ProviderError } from '../../model/provider/provider-error.js'
import { untilAborted } from '../../model/until-aborted.js'
import type { BatchConfig } from './batch-config.js'
import { steadilyUnlessGone } from './batch-gone-error.js'
import { type BatchResults, downloadResults } from './batch-results.js'
import type { OpenAiClient } from './openai-client.js'
import type { BatchPlace } from './row/row-checkpoint.js'
import { type RowResult, resultWithoutLine } from './row/row-result.js'

/** Batches that a thread keeps answers of. */
const OPENAI_BATCHES_KEPT = 8

type Timing = Pick<BatchConfig, 'pollMs' | 'deadlineMs' | 'onCancel'>

interface Waiter {
  readonly place: BatchPlace
  readonly context: ProduceContext
  resolve(result: RowResult): void
  reject(error: unknown): void
}

const ENDED: readonly Batch['status'][] = ['completed', 'failed', 'expired', 'cancelled']

const watches = new WeakMap<OpenAiClient, Map<string, BatchWatch>>()

/** The one poller of a batch in this thread: it asks while jobs wait, and hands each its answer. */
export class BatchWatch {
  readonly #client: OpenAiClient
  readonly #batchId: string
  readonly #timing: Timing
  readonly #waiters = new Set<Waiter>()
  readonly #cancelled = new Set<string>()
  #polling: AbortController | undefined
  #ended: { readonly batch: Batch; readonly results: BatchResults } | undefined
  #isCancelSent = false
  #hasRun = false
  /** Requests in the batch, once that is known. */
  rowCount = Number.POSITIVE_INFINITY

  private constructor(client: OpenAiClient, batchId: string, timing: Timing) {
    this.#client = client
    this.#batchId = batchId
    this.#timing = timing
  }

  static of(client: OpenAiClient, batchId: string, timing: Timing): BatchWatch {
    let ofClient = watches.get(client)
    if (ofClient === undefined) {
      ofClient = new Map()
      watches.set(client, ofClient)
    }
    let watch = ofClient.get(batchId)
    if (watch === undefined) {
      forgetOldest(ofClient)
      watch = new BatchWatch(client, batchId, timing)
      ofClient.set(batchId, watch)
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
    const result = row ?? resultWithoutLine(batch, place.line)
    return result.state === 'undone' && this.#isCancelledElsewhere(batch) ? cancelledElsewhere(batch) : result
  }

  /** Somebody has cancelled the batch while it was waited for: they do not want it to be sent again. */
  #isCancelledElsewhere({ status }: Batch): boolean {
    return status === 'cancelled' && this.#hasRun && !this.#isCancelSent
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
    const steadiness = { baseDelayMs: Math.min(pollMs, 1_000), signal }
    while (!this.isIdle) {
      const batch = await steadilyUnlessGone(
        `The batch ${this.#batchId}`,
        () => this.#client.batches.retrieve(this.#batchId),
        steadiness,
      )
      if (ENDED.includes(batch.status)) {
        const results = await downloadResults(this.#client, batch, this.#waitedFor(), steadiness)
        this.#ended = { batch, results }
        this.#deliver()
        return
      }
      this.#hasRun = true
      const total = batch.request_counts?.total ?? 0
      if (total > 0) this.rowCount = total
      this.#showProgress(batch)
      const ageMs = Date.now() - batch.created_at * 1_000
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

  #showProgress({ status, request_counts: counts }: Batch): void {
    if (counts === undefined || counts.total === 0) return
    const done = counts.completed + counts.failed
    for (const { context } of this.#waiters)
      context.progress(done / counts.total, `batch ${status}, ${done} of ${counts.total}`)
  }

  /** Within the time that a cancelled job has to settle; what cannot be cancelled goes on, and can be resumed. */
  async #cancel(): Promise<void> {
    if (this.#isCancelSent) return
    this.#isCancelSent = true
    const signal = AbortSignal.timeout(ABORT_GRACE_MS / 2)
    try {
      await this.#client.batches.cancel(this.#batchId, { signal })
    } catch {
      this.#isCancelSent = false
    }
  }
}

const cancelledElsewhere = ({ id }: Batch): RowResult => ({
  state: 'refused',
  error: new ProviderError(
    'invalid',
    `The batch ${id} was cancelled at the service, not by this run. Run again to send what is missing.`,
  ),
})

/** Batches that have ended and that nobody asks for, oldest first. */
function forgetOldest(watches: Map<string, BatchWatch>): void {
  for (const [batchId, watch] of watches) {
    if (watches.size < OPENAI_BATCHES_KEPT) return
    if (watch.isIdle) watches.delete(batchId)
  }
}
