import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../model/json.js'
import type { ProduceContext } from '../../model/provider/provider.js'
import { ProviderError } from '../../model/provider/provider-error.js'
import { untilAborted } from '../../model/until-aborted.js'
import type { BatchConfig } from './batch-config.js'
import { BatchWatch } from './batch-watch.js'
import type { OpenAiClient } from './openai-client.js'
import { type BatchPlace, placeCheckpoint } from './row/row-checkpoint.js'
import { type BatchEndpoint, submitBatch } from './submit-batch.js'

/** How many times `gatherMs` a batch waits at most, while more and more jobs come. */
const GATHER_LIMIT = 10

interface Row {
  readonly customId: string
  readonly line: string
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
  readonly #client: OpenAiClient
  readonly #config: BatchConfig
  #rows: Row[] = []
  #sizeBytes = 0
  #openedAt = 0
  #timer: NodeJS.Timeout | undefined

  constructor(client: OpenAiClient, config: BatchConfig) {
    this.#client = client
    this.#config = config
  }

  /** Resolves when the batch with this request has been created. @throws ProviderError `too_large` */
  async add(customId: string, body: JsonObject, context: ProduceContext): Promise<BatchPlace> {
    const line = `${JSON.stringify({ custom_id: customId, method: 'POST', url: this.#endpoint, body })}\n`
    const sizeBytes = Buffer.byteLength(line)
    const { maxBytes, maxRequests } = this.#config
    if (sizeBytes > maxBytes)
      throw new ProviderError('too_large', `The request has ${sizeBytes} bytes; a batch takes ${maxBytes}.`)
    if (this.#sizeBytes + sizeBytes > maxBytes) this.#send()
    const placed = new Promise<BatchPlace>((resolve, reject) => {
      this.#rows.push({ customId, line, context, resolve, reject })
    })
    this.#sizeBytes += sizeBytes
    if (this.#rows.length >= maxRequests) this.#send()
    else this.#wait()
    return await untilAborted(placed, context.signal)
  }

  get #endpoint(): BatchEndpoint {
    return this.#config.task === 'embedding' ? '/v1/embeddings' : '/v1/chat/completions'
  }

  #wait(): void {
    const now = performance.now()
    if (this.#rows.length === 1) this.#openedAt = now
    const { gatherMs } = this.#config
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
    const intent = { nonce: randomUUID(), submittedAt: Date.now() }
    const rows = await withIntent(gathered, intent)
    if (rows.length === 0) return
    const delayMs = Math.min(this.#config.pollMs, 1_000)
    const batchId = await submitBatch(this.#client, {
      ...intent,
      endpoint: this.#endpoint,
      completionWindow: this.#config.completionWindow,
      lines: rows.map(({ line }) => line),
      delayMs,
      isStillWanted: () => rows.some(({ context }) => !context.signal.aborted),
    })
    if (batchId === undefined) return
    const watch = BatchWatch.of(this.#client, batchId, this.#config)
    watch.rowCount = rows.length
    for (const [index, { customId, context, resolve }] of rows.entries()) {
      const place = { ...intent, customId, batchId, line: index + 1 }
      if (context.signal.aborted) await watch.leave(place, context.signal)
      else resolve(place)
    }
  }
}

/** The rows whose jobs still run once each has put on record that it is about to be in a batch. */
async function withIntent(
  gathered: readonly Row[],
  intent: { readonly nonce: string; readonly submittedAt: number },
): Promise<Row[]> {
  const latest = new Map(gathered.map(row => [row.customId, row]))
  const running = [...latest.values()].filter(({ context }) => !context.signal.aborted)
  const recorded = await Promise.all(
    running.map(async row => {
      try {
        await row.context.checkpoint(placeCheckpoint({ ...intent, customId: row.customId }))
        return [row]
      } catch (error) {
        row.reject(error)
        return []
      }
    }),
  )
  return recorded.flat().filter(({ context }) => !context.signal.aborted)
}
