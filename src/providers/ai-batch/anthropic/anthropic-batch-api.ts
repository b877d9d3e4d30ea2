import type { JsonObject } from '../../../model/json.js'
import { answerRows } from '../../kit/batch/answer-lines.js'
import type {
  AnsweredRow,
  BatchApi,
  BatchIntent,
  BatchSubmission,
  CreateBatch,
  EndedBatch,
  FoundBatch,
  RowResult,
  RunningBatch,
} from '../../kit/batch/batch-api.js'
import { errorResult } from '../../kit/batch/error-result.js'
import { apiError } from '../../kit/sdk/api-error.js'
import { nonceDigits, nonceOfRowId, rowId } from '../row-id.js'
import { type VendorHttp, vendorFailures } from '../vendor-http.js'
import { candidatesOf, type MessageBatch, requestCount } from './batch-candidates.js'

/** A line of a batch's results. */
interface ResultLine {
  readonly result?: {
    readonly type?: string
    readonly message?: object
    readonly error?: { readonly error?: { readonly type?: string; readonly message?: string } }
  }
}

/**
 * Anthropic's Message Batches API. A batch carries nothing of its maker's but the ids of its requests, and they can be
 * read only in its results: what was lost is found for certain when it has ended, and until then is not sent again.
 */
export class AnthropicBatchApi implements BatchApi {
  readonly failures = vendorFailures
  readonly #http: VendorHttp
  /** By batch, the digits of the nonce in the ids of its requests; undefined for a batch of somebody else. */
  readonly #owners = new Map<string, string | undefined>()
  /** By nonce, when this thread first looked for its batch. */
  readonly #soughtSince = new Map<string, number>()

  constructor(http: VendorHttp) {
    this.#http = http
  }

  customId(_idempotencyKey: string, nonce: string, line: number): string {
    return rowId(nonce, line)
  }

  requestLine(customId: string, body: string): string {
    return `{"custom_id":${JSON.stringify(customId)},"params":${body}},`
  }

  async prepare({ nonce, lines, isStillWanted }: BatchSubmission): Promise<CreateBatch> {
    return async () => {
      if (!isStillWanted()) return undefined
      const body = `{"requests":[${lines.join('').slice(0, -1)}]}`
      const created = await this.#http.json('/messages/batches', { method: 'POST', body })
      const batchId = String(created.body.id)
      this.#owners.set(batchId, nonceDigits(nonce))
      return batchId
    }
  }

  async find(intent: BatchIntent): Promise<FoundBatch> {
    const { nonce } = intent
    const digits = nonceDigits(nonce)
    const soughtSince = this.#soughtSince.get(nonce) ?? Date.now()
    this.#soughtSince.set(nonce, soughtSince)
    const running: string[] = []
    for await (const batch of candidatesOf(this.#http, { ...intent, soughtSince })) {
      const { id } = batch
      if (!this.#owners.has(id)) {
        if (batch.processing_status === 'ended') this.#owners.set(id, await this.#ownerOf(batch))
        else running.push(id)
      }
      if (this.#owners.get(id) === digits) return { state: 'found', batchId: id }
    }
    if (running.length === 0) return { state: 'absent' }
    const reason = `waits to see in which batch it is: ${running.join(', ')}`
    return { state: 'undecided', reason }
  }

  /** The digits of the nonce in a batch that has ended; its first result tells. */
  async #ownerOf(batch: MessageBatch): Promise<string | undefined> {
    for await (const { customId } of this.#rowsOf(batch)) return nonceOfRowId(customId)
    return undefined
  }

  async look(batchId: string): Promise<RunningBatch | EndedBatch> {
    const { body } = await this.#http.json(`/messages/batches/${encodeURIComponent(batchId)}`)
    const batch = body as unknown as MessageBatch
    const totalCount = requestCount(batch)
    if (batch.processing_status !== 'ended')
      return {
        state: 'running',
        status: batch.processing_status,
        createdAt: Date.parse(batch.created_at),
        doneCount: totalCount - (batch.request_counts?.processing ?? 0),
        totalCount,
      }
    return {
      state: 'ended',
      isCancelled: typeof batch.cancel_initiated_at === 'string',
      files: [{ what: `The results of the batch ${batchId}`, rows: () => this.#rowsOf(batch) }],
      withoutRow: () => ({ state: 'undone', reason: `The batch ${batchId} has ended without an answer.` }),
    }
  }

  async *#rowsOf({ id, results_url: url }: MessageBatch): AsyncGenerator<AnsweredRow> {
    const usual = `/messages/batches/${encodeURIComponent(id)}/results`
    // The key goes to the service that was named, also when that is a gateway.
    const isOwn = typeof url === 'string' && URL.canParse(url) && new URL(url).origin === this.#http.origin
    const lines = await this.#http.stream(isOwn ? url : usual)
    yield* answerRows(lines, row => row.custom_id, lineResult)
  }

  async cancel(batchId: string, signal: AbortSignal): Promise<void> {
    await this.#http.json(`/messages/batches/${encodeURIComponent(batchId)}/cancel`, {
      method: 'POST',
      signal,
    })
  }

  async askOnline(body: JsonObject, signal: AbortSignal) {
    return await this.#http.json('/messages', { method: 'POST', body: JSON.stringify(body), signal })
  }
}

const lineResult = (row: JsonObject): RowResult => {
  const { type, message, error } = (row as ResultLine).result ?? {}
  switch (type) {
    case 'succeeded':
      if (message !== undefined) return { state: 'answered', body: message }
      break
    case 'errored': {
      const fault = error?.error
      const status = STATUSES[fault?.type ?? ''] ?? 500
      return errorResult(apiError({ status, headers: {} }, JSON.stringify(fault ?? error ?? '')))
    }
  }
  return { state: 'undone', reason: `The request is ${type ?? 'without a result'}.` }
}

/** The status that each error has where it is the answer to a request alone. */
const STATUSES: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
}
