import { isJsonObject, type JsonObject } from '../../../model/json.js'
import { statusOfRpc } from '../../../model/provider/failure/rpc-status.js'
import type { AnsweredRow, RowResult } from '../../kit/batch/batch-api.js'
import { errorResult } from '../../kit/batch/error-result.js'
import { apiError } from '../../kit/sdk/api-error.js'

interface Status {
  readonly code?: number
  readonly message?: string
}

interface InlinedResponse {
  readonly metadata?: { readonly key?: unknown }
  readonly response?: object
  readonly error?: Status
}

interface BatchOutput {
  readonly responsesFile?: string
  readonly inlinedResponses?: { readonly inlinedResponses?: readonly InlinedResponse[] }
}

/** A batch, as the API has it: a long-running operation. */
export interface GoogleOperation {
  /** `batches/123` */
  readonly name: string
  readonly done?: boolean
  readonly error?: Status
  readonly response?: BatchOutput
  readonly metadata?: {
    readonly displayName?: string
    readonly state?: string
    readonly createTime?: string
    readonly output?: BatchOutput
    readonly batchStats?: Readonly<Record<string, string | number>>
  }
}

/** `SUCCEEDED`, `RUNNING` and the like: the API's own names and those of its guide differ in what goes before. */
export const batchState = ({ done, error, metadata }: GoogleOperation): string => {
  const state = metadata?.state?.replace(/^(BATCH|JOB)_STATE_/, '') ?? 'UNSPECIFIED'
  if (ENDED.includes(state) || done !== true) return state
  if (error === undefined) return 'SUCCEEDED'
  return error.code === CANCELLED ? 'CANCELLED' : 'FAILED'
}

/** Of `google.rpc.Code`. */
const CANCELLED = 1
const ENDED = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED']

export const isEnded = (operation: GoogleOperation): boolean => ENDED.includes(batchState(operation))

/** What the batch has answered: in itself, or in a file. */
export const outputOf = ({ response, metadata }: GoogleOperation): BatchOutput => {
  const isIn = (output: BatchOutput | undefined) =>
    output?.inlinedResponses !== undefined || output?.responsesFile !== undefined
  return (isIn(response) ? response : metadata?.output) ?? {}
}

/**
 * The rows that are part of a batch. Some answers of the API leave out the keys of the requests; the responses are
 * then in the order of the requests.
 * @param idAt the id of the request on a line, from 1
 */
export function* inlinedRows(
  responses: readonly InlinedResponse[],
  idAt: (line: number) => string,
): Generator<AnsweredRow> {
  const areKeyed = responses.some(({ metadata }) => typeof metadata?.key === 'string')
  for (const [at, row] of responses.entries()) {
    const key = areKeyed ? row.metadata?.key : idAt(at + 1)
    if (typeof key !== 'string') continue
    const result = googleResult(row)
    yield { customId: key, sizeBytes: JSON.stringify(row).length, result: () => result }
  }
}

/** What has become of one request. */
export function googleResult({ response, error }: InlinedResponse | JsonObject): RowResult {
  if (isJsonObject(response as JsonObject)) return { state: 'answered', body: response as object }
  if (error !== undefined) return statusResult(error as Status)
  return { state: 'undone', reason: 'The batch has no answer to the request.' }
}

export const statusResult = (status: Status): RowResult =>
  errorResult(apiError({ status: httpStatus(status), headers: {} }, JSON.stringify({ error: status })))

/** A status of `google.rpc.Code` as one of HTTP, which it is already at times. */
function httpStatus({ code = 0 }: Status): number {
  return code >= 400 ? code : (statusOfRpc(code) ?? 500)
}
