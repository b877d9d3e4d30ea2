import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../../model/json.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { CheckpointOptions, ProduceContext } from '../../../model/provider/provider.js'
import { untilAborted } from '../../../model/until-aborted.js'
import type { BatchApi, BatchIntent } from './batch-api.js'
import type { BatchSettings } from './batch-fields.js'
import { BatchWatch } from './batch-watch.js'
import { type BatchPlace, placeCheckpoint, refusedCheckpoint } from './row-checkpoint.js'
import { BatchRefusedError, submitBatch } from './submit-batch.js'

/** How many times `gatherMs` a batch waits at most, while more and more jobs come. */
const GATHER_LIMIT = 10

interface Row {
  readonly key: string
  /** JSON. */
  readonly body: string
  readonly context: ProduceContext
  resolve(place: BatchPlace): void
  reject(error: unknown): void
}

/**
 * Collects the requests of one producer's jobs in this thread and sends them as batches. Before a batch is
 * created each of its jobs has a number in its checkpoint by which the batch can be found, so that no crash
 * makes it be created twice.
 */
export class Gathering {
  readonly #service: BatchApi
  readonly #settings: BatchSettings
  #rows: Row[] = []
  #sizeBytes = 0
  #openedAt = 0
  #timer: NodeJS.Timeout | undefined

  constructor(service: BatchApi, settings: BatchSettings) {
    this.#service = service
    this.#settings = settings
  }

  /** Resolves when the batch with this request has been created. @throws ProviderError `too_large` */
  async add(body: JsonObject, context: ProduceContext): Promise<BatchPlace> {
    const key = context.idempotencyKey
    const text = JSON.stringify(body)
    const sizeBytes = Buffer.byteLength(this.#service.requestLine(key, text))
    const { maxBytes, maxRequests } = this.#settings
    if (sizeBytes > maxBytes)
      throw new ProviderError('too_large', `The request has ${sizeBytes} bytes; a batch takes ${maxBytes}.`)
    if (this.#sizeBytes + sizeBytes > maxBytes) this.#send()
    const placed = new Promise<BatchPlace>((resolve, reject) => {
      this.#rows.push({ key, body: text, context, resolve, reject })
    })
    this.#sizeBytes += sizeBytes
    if (this.#rows.length >= maxRequests) this.#send()
    else this.#wait()
    return await untilAborted(placed, context.signal)
  }

  #wait(): void {
    const now = performance.now()
    if (this.#rows.length === 1) this.#openedAt = now
    const { gatherMs } = this.#settings
    const restMs = this.#openedAt + GATHER_LIMIT * gatherMs - now
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#send(), Math.max(0, Math.min(gatherMs, restMs)))
  }

  #send(): void {
    clearTimeout(this.#timer)
    const rows = this.#rows
    this.#rows = []
    this.#sizeBytes = 0
    if (rows.length === 0) return
    this.#submit(rows).catch(error => {
      for (const row of rows) row.reject(error)
    })
  }

  async #submit(gathered: readonly Row[]): Promise<void> {
    const { intent, rows } = await this.#withIntent(runningOnce(gathered))
    if (rows.length === 0) return
    try {
      await this.#create(intent, rows)
    } catch (error) {
      if (!(error instanceof BatchRefusedError)) throw error
      // Nobody has to look for a batch that there is not.
      await Promise.all(rows.map(({ row }) => recordedOrRejected(row, refusedCheckpoint(intent.nonce), OVER)))
      throw error.cause
    }
  }

  /**
   * The rows once each has put on record that it is about to be in a batch. When a job ends meanwhile the others get
   * another batch, so that each row has the line that its record says.
   */
  async #withIntent(running: readonly Row[]): Promise<{ intent: BatchIntent; rows: readonly IntendedRow[] }> {
    for (let rows = running; ; ) {
      const intent = { nonce: randomUUID(), submittedAt: Date.now(), rowCount: rows.length }
      const intended = rows.map((row, at) => {
        const customId = this.#service.customId(row.key, intent.nonce, at + 1)
        return { row, place: { ...intent, customId } }
      })
      const recorded = await Promise.all(
        intended.map(({ row, place }) => recordedOrRejected(row, placeCheckpoint(place))),
      )
      rows = rows.filter(({ context }, at) => recorded[at] && !context.signal.aborted)
      if (rows.length === intended.length || rows.length === 0)
        return { intent, rows: rows.length === 0 ? [] : intended }
    }
  }

  async #create(intent: BatchIntent, rows: readonly IntendedRow[]): Promise<void> {
    const service = this.#service
    const { pollMs } = this.#settings
    const submission = {
      ...intent,
      lines: rows.map(({ row, place }) => service.requestLine(place.customId, row.body)),
      delayMs: Math.min(pollMs, 1_000),
      isStillWanted: () => rows.some(({ row }) => !row.context.signal.aborted),
    }
    const batchId = await submitBatch(service, submission, pollMs)
    if (batchId === undefined) return
    const watch = BatchWatch.of(service, batchId, this.#settings)
    watch.rowCount = rows.length
    for (const [at, { row, place: intended }] of rows.entries()) {
      const { context, resolve } = row
      const place = { ...intended, batchId, line: at + 1 }
      if (context.signal.aborted) await watch.leave(place, context.signal)
      else resolve(place)
    }
  }
}

interface IntendedRow {
  readonly row: Row
  readonly place: BatchIntent & { readonly customId: string }
}

const OVER = { isOver: true }

/** The rows whose jobs still run, each job once. */
const runningOnce = (gathered: readonly Row[]): Row[] =>
  [...new Map(gathered.map(row => [row.key, row])).values()].filter(({ context }) => !context.signal.aborted)

/** A job whose record fails is told so. @returns whether it is on record */
async function recordedOrRejected(
  { context, reject }: Row,
  checkpoint: JsonObject,
  options: CheckpointOptions = {},
): Promise<boolean> {
  try {
    await context.checkpoint(checkpoint, options)
    return true
  } catch (error) {
    reject(error)
    return false
  }
}
