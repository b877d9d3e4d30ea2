import type { Batch, BatchError } from 'openai/resources/batches.js'
import { isJsonObject } from '../../../model/json.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { RowResult } from '../../kit/batch/batch-api.js'
import { errorResult } from '../../kit/batch/error-result.js'
import { errorAnswer } from '../../kit/error-answer.js'
import { apiError, traitsOf } from '../../kit/sdk/api-error.js'
import { isFileNotReady } from '../file-readiness.js'

/** Pause of jobs whose batch was refused because too many tokens of others are waiting. */
const OPENAI_QUEUE_FULL_DELAY_MS = 10 * 60_000

/** A line of a batch's files. */
export interface RowLine {
  readonly custom_id: string
  readonly response?: { readonly status_code?: number | null; readonly body?: unknown } | null
  readonly error?: { readonly code?: string | null; readonly message?: string | null } | null
}

export function rowResult({ response, error }: RowLine): RowResult {
  if (!response) return unanswered(error?.code, error?.message)
  const { body } = response
  // Some servers leave it out where all is well.
  const status = response.status_code ?? (isJsonObject(body) ? 200 : 500)
  const isSuccess = status >= 200 && status < 300
  if (!isSuccess || !isJsonObject(body))
    return errorResult(
      apiError({ status: isSuccess ? 500 : status, headers: {} }, JSON.stringify(body ?? '')),
    )
  const told = errorAnswer(body, {})
  return told === undefined ? { state: 'answered', body } : errorResult(told)
}

/** A request that got no response: for want of credit or of a key, or because the batch ended before. */
function unanswered(code: string | null | undefined, message: string | null | undefined): RowResult {
  const words = `${code ?? 'no answer'}: ${message ?? 'The batch has no answer.'}`
  const error = refusalOf(words)
  return ['auth', 'content', 'too_large'].includes(error.code)
    ? { state: 'refused', error }
    : { state: 'undone', reason: words }
}

/** The error of words without a status. */
function refusalOf(words: string): ProviderError {
  if (KEY_REFUSED.test(words)) return new ProviderError('auth', words)
  const error = apiError({ status: 400, headers: {} }, words)
  return new ProviderError(error.code, words, traitsOf(error))
}

const KEY_REFUSED =
  /invalid_api_key|incorrect api key|authentication_error|account_deactivated|permission_denied/i

/**
 * What holds for a request of a batch that has ended and that none of its files speaks of.
 * @param line of the request in the input file, from 1, if it is known
 */
export function resultWithoutLine({ id, status, errors }: Batch, line: number | undefined): RowResult {
  if (status !== 'failed') return { state: 'undone', reason: `The batch ${id} is ${status}.` }
  const faults = errors?.data ?? []
  const full = faults.find(({ code }) => code === 'token_limit_exceeded')
  if (full !== undefined) {
    const options = { retryAfterMs: OPENAI_QUEUE_FULL_DELAY_MS }
    return { state: 'refused', error: new ProviderError('rate_limited', refusal(full), options) }
  }
  const ofLines = faults.filter(fault => typeof fault.line === 'number')
  const own = ofLines.length === 0 ? faults[0] : ofLines.find(fault => fault.line === line)
  if (own === undefined) return { state: 'undone', reason: `Another request made the batch ${id} fail.` }
  const words = refusal(own)
  if (own.line === undefined || own.line === null) {
    if (isFileNotReady(words) || SERVICE_FAILED.test(words)) return { state: 'undone', reason: words }
  }
  return errorResult(refusalOf(words))
}

/** A whole batch that failed for no fault of its requests. */
const SERVICE_FAILED = /server[ _-]?error|internal[ _-]?error|service[ _-]?unavailable|overloaded|try again/i

const refusal = ({ code, message }: BatchError) => `The batch was refused: ${code}: ${message}`
