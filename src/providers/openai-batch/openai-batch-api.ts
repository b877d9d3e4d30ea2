import { setTimeout as sleep } from 'node:timers/promises'
import type { Batch } from 'openai/resources/batches.js'
import { TIMER_LIMIT_MS } from '../../model/clock.js'
import type { JsonObject } from '../../model/json.js'
import { answerRows } from '../kit/batch/answer-lines.js'
import type {
  BatchApi,
  BatchIntent,
  BatchSubmission,
  CreateBatch,
  EndedBatch,
  FoundBatch,
  RunningBatch,
} from '../kit/batch/batch-api.js'
import { steadily } from '../kit/batch/steady-call.js'
import { fileReady, isFileNotReady, OPENAI_FILE_READY_ATTEMPTS, readinessDelayMs } from './file-readiness.js'
import type { OpenAiClient } from './openai-client.js'
import { openAiFailures, wordsOf } from './openai-failures.js'
import { type RowLine, resultWithoutLine, rowResult } from './row/row-result.js'

/** Pages of 100 batches that are searched for one whose id was lost. */
const OPENAI_BATCH_LOOKUP_PAGES = 50
/** Where a batch carries the number that its jobs knew before it was created. */
const NONCE_KEY = 'showrunner_nonce'
/** Their clock and ours. */
const CLOCK_SKEW_SECONDS = 3_600

const ENDED: readonly Batch['status'][] = ['completed', 'failed', 'expired', 'cancelled']

type BatchEndpoint = '/v1/chat/completions' | '/v1/embeddings'

/** Which of OpenAI's batches. */
export interface OpenAiBatchKind {
  readonly endpoint: BatchEndpoint
  /** A batch has requests of one model only. */
  readonly model: string
  readonly completionWindow: string
}

const services = new WeakMap<OpenAiClient, Map<string, BatchApi>>()

/** The service for a client and a kind of batch: always the same one. */
export function openAiBatchApi(client: OpenAiClient, kind: OpenAiBatchKind): BatchApi {
  let ofClient = services.get(client)
  if (ofClient === undefined) {
    ofClient = new Map()
    services.set(client, ofClient)
  }
  const key = [kind.endpoint, kind.completionWindow, kind.model].join(' ')
  let service = ofClient.get(key)
  if (service === undefined) {
    service = new OpenAiBatchApi(client, kind)
    ofClient.set(key, service)
  }
  return service
}

/** OpenAI's batch API: requests go up as a file, a batch carries its nonce as metadata, answers come down as files. */
class OpenAiBatchApi implements BatchApi {
  readonly failures = openAiFailures
  readonly #client: OpenAiClient
  readonly #kind: OpenAiBatchKind

  constructor(client: OpenAiClient, kind: OpenAiBatchKind) {
    this.#client = client
    this.#kind = kind
  }

  customId(idempotencyKey: string): string {
    return idempotencyKey
  }

  requestLine(customId: string, body: string): string {
    const id = JSON.stringify(customId)
    return `{"custom_id":${id},"method":"POST","url":"${this.#kind.endpoint}","body":${body}}\n`
  }

  async prepare(submission: BatchSubmission): Promise<CreateBatch> {
    const { nonce, lines, delayMs } = submission
    const client = this.#client
    const upload = () =>
      client.files.create({
        file: new File(lines as string[], `showrunner-${nonce}.jsonl`, { type: 'application/jsonl' }),
        purpose: 'batch',
      })
    const file = await steadily(upload, { failures: this.failures, baseDelayMs: delayMs })
    await fileReady(client, file, delayMs)
    return async () => await this.#create(file.id, submission)
  }

  async #create(
    fileId: string,
    { nonce, delayMs, isStillWanted }: BatchSubmission,
  ): Promise<string | undefined> {
    for (let attempt = 1; isStillWanted(); attempt++) {
      try {
        const batch = await this.#client.batches.create({
          input_file_id: fileId,
          endpoint: this.#kind.endpoint,
          completion_window: this.#kind.completionWindow as '24h',
          metadata: { [NONCE_KEY]: nonce },
        })
        return String(batch.id)
      } catch (error) {
        if (!isFileNotReady(wordsOf(error)) || attempt >= OPENAI_FILE_READY_ATTEMPTS) throw error
        await sleep(readinessDelayMs(attempt, delayMs))
      }
    }
    return undefined
  }

  async find({ nonce, submittedAt }: BatchIntent): Promise<FoundBatch> {
    const earliest = submittedAt / 1_000 - CLOCK_SKEW_SECONDS
    let page = await this.#client.batches.list({ limit: 100 })
    for (let count = 1; ; count++) {
      const found = page.data.find(({ metadata }) => metadata?.[NONCE_KEY] === nonce)
      if (found !== undefined) return { state: 'found', batchId: String(found.id) }
      const oldest = page.data.at(-1)
      // Newest first: what follows is older still.
      if (oldest === undefined || oldest.created_at < earliest) return { state: 'absent' }
      if (count === OPENAI_BATCH_LOOKUP_PAGES || !page.hasNextPage()) return { state: 'absent' }
      page = await page.getNextPage()
    }
  }

  async look(batchId: string): Promise<RunningBatch | EndedBatch> {
    const batch = await this.#client.batches.retrieve(batchId)
    const { status, created_at, request_counts: counts } = batch
    if (!ENDED.includes(status)) {
      const doneCount = (counts?.completed ?? 0) + (counts?.failed ?? 0)
      return {
        state: 'running',
        status,
        createdAt: created_at * 1_000,
        doneCount,
        totalCount: counts?.total ?? 0,
      }
    }
    const fileIds = [batch.output_file_id, batch.error_file_id].filter(id => id !== undefined && id !== null)
    return {
      state: 'ended',
      isCancelled: status === 'cancelled',
      files: fileIds
        .filter(id => id !== '')
        .map(id => ({ what: `The file ${id} of the batch ${batchId}`, rows: () => this.#rowsOf(id) })),
      withoutRow: line => resultWithoutLine(batch, line),
    }
  }

  async *#rowsOf(fileId: string) {
    const { body } = await this.#client.files.content(fileId)
    if (body === null) return
    yield* answerRows(
      body,
      row => row.custom_id,
      row => rowResult(row as unknown as RowLine),
    )
  }

  async cancel(batchId: string, signal: AbortSignal): Promise<void> {
    await this.#client.batches.cancel(batchId, { signal })
  }

  async askOnline(body: JsonObject, signal: AbortSignal) {
    const path = this.#kind.endpoint.slice('/v1'.length)
    const { data, response } = await this.#client
      .post<object>(path, { body, signal, timeout: TIMER_LIMIT_MS })
      .withResponse()
    return { body: data, headers: response.headers }
  }
}
