import type { JsonObject } from '../../../model/json.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import { answerRows } from '../../kit/batch/answer-lines.js'
import type {
  AnsweredRow,
  AnswerFile,
  BatchApi,
  BatchIntent,
  BatchSubmission,
  CreateBatch,
  EndedBatch,
  FoundBatch,
  RowResult,
  RunningBatch,
} from '../../kit/batch/batch-api.js'
import { rowId } from '../row-id.js'
import { type VendorHttp, vendorFailures } from '../vendor-http.js'
import {
  batchState,
  type GoogleOperation,
  googleResult,
  inlinedRows,
  isEnded,
  outputOf,
  statusResult,
} from './google-operation.js'

/** Pages of 100 batches that are searched for one whose id was lost; their order is not promised. */
const GOOGLE_LOOKUP_PAGES = 100
const DISPLAY_NAME = 'showrunner-'

/** Batches of the Gemini API: requests go along with the call that creates one, which its display name finds again. */
export class GoogleBatchApi implements BatchApi {
  readonly failures = vendorFailures
  readonly #http: VendorHttp
  readonly #model: string

  constructor(http: VendorHttp, modelId: string) {
    this.#http = http
    this.#model = `models/${encodeURIComponent(modelId.replace(/^models\//, ''))}`
  }

  customId(_idempotencyKey: string, nonce: string, line: number): string {
    return rowId(nonce, line)
  }

  requestLine(customId: string, body: string): string {
    return `{"request":${body},"metadata":{"key":${JSON.stringify(customId)}}},`
  }

  async prepare({ nonce, lines, isStillWanted }: BatchSubmission): Promise<CreateBatch> {
    return async () => {
      if (!isStillWanted()) return undefined
      const name = JSON.stringify(`${DISPLAY_NAME}${nonce}`)
      const requests = lines.join('').slice(0, -1)
      const body = `{"batch":{"displayName":${name},"inputConfig":{"requests":{"requests":[${requests}]}}}}`
      const created = await this.#http.json(`/${this.#model}:batchGenerateContent`, { method: 'POST', body })
      return String(created.body.name)
    }
  }

  async find({ nonce }: BatchIntent): Promise<FoundBatch> {
    let cursor = ''
    for (let count = 0; count < GOOGLE_LOOKUP_PAGES; count++) {
      const { body } = await this.#http.json(`/batches?pageSize=100${cursor}`)
      const operations = (body.operations ?? []) as unknown as readonly GoogleOperation[]
      const found = operations.find(({ metadata }) => metadata?.displayName === `${DISPLAY_NAME}${nonce}`)
      if (found !== undefined) return { state: 'found', batchId: found.name }
      if (typeof body.nextPageToken !== 'string' || body.nextPageToken === '') return { state: 'absent' }
      cursor = `&pageToken=${encodeURIComponent(body.nextPageToken)}`
    }
    throw new ProviderError('overloaded', 'There are too many batches to find the one that was lost.')
  }

  async look(batchId: string): Promise<RunningBatch | EndedBatch> {
    const { body } = await this.#http.json(`/${batchId}`)
    const operation = body as unknown as GoogleOperation
    const { metadata = {}, error } = operation
    const status = batchState(operation)
    const { requestCount = 0, successfulRequestCount = 0, failedRequestCount = 0 } = metadata.batchStats ?? {}
    if (!isEnded(operation))
      return {
        state: 'running',
        status: status.toLowerCase(),
        createdAt: Date.parse(metadata.createTime ?? '') || Date.now(),
        doneCount: Number(successfulRequestCount) + Number(failedRequestCount),
        totalCount: Number(requestCount),
      }
    const isCancelled = status === 'CANCELLED'
    return {
      state: 'ended',
      isCancelled,
      files: this.#filesOf(batchId, operation),
      withoutRow: (): RowResult =>
        error === undefined || isCancelled
          ? { state: 'undone', reason: `The batch ${batchId} is ${status.toLowerCase()}.` }
          : statusResult(error),
    }
  }

  #filesOf(batchId: string, operation: GoogleOperation): AnswerFile[] {
    const { inlinedResponses, responsesFile } = outputOf(operation)
    if (responsesFile !== undefined)
      return [
        {
          what: `The file ${responsesFile} of the batch ${batchId}`,
          rows: () => this.#rowsIn(responsesFile),
        },
      ]
    const nonce = operation.metadata?.displayName?.slice(DISPLAY_NAME.length) ?? ''
    const responses = inlinedResponses?.inlinedResponses ?? []
    const rows = () => inlinedRows(responses, line => rowId(nonce, line))
    return [{ what: `The batch ${batchId}`, rows }]
  }

  async *#rowsIn(file: string): AsyncGenerator<AnsweredRow> {
    const { origin } = this.#http
    const lines = await this.#http.stream(`${origin}/download/v1beta/${file}:download?alt=media`)
    yield* answerRows(
      lines,
      ({ key, metadata }) => key ?? (metadata as JsonObject | undefined)?.key,
      googleResult,
    )
  }

  async cancel(batchId: string, signal: AbortSignal): Promise<void> {
    await this.#http.json(`/${batchId}:cancel`, { method: 'POST', signal })
  }

  async askOnline(body: JsonObject, signal: AbortSignal) {
    const path = `/${this.#model}:generateContent`
    return await this.#http.json(path, { method: 'POST', body: JSON.stringify(body), signal })
  }
}
