import type { Batch, BatchError } from 'openai/resources/batches.js'
import { OPENAI_QUEUE_FULL_DELAY_MS } from '../../model/limit.js'
import { ProviderError } from '../../model/provider-error.js'
import { apiError } from '../api-error.js'
import { isPassing } from './steady-call.js'

/** What has become of one request of a batch. */
export type RowResult =
  | { readonly state: 'answered'; readonly body: object }
  | { readonly state: 'refused'; readonly error: ProviderError }
  /** Not tried, or in vain: nothing was paid. */
  | { readonly state: 'undone'; readonly reason: string }

/** A line of a batch's files. */
export interface RowLine {
  readonly custom_id: string
  readonly response?: { readonly status_code: number; readonly body?: unknown } | null
  readonly error?: { readonly code?: string | null; readonly message?: string | null } | null
}

export function rowResult({ response, error }: RowLine): RowResult {
  if (response) {
    const { status_code: status, body } = response
    if (status >= 200 && status < 300 && typeof body === 'object' && body !== null)
      return { state: 'answered', body }
    const error = apiError({ status, headers: {} }, JSON.stringify(body ?? ''))
    return isPassing(error) ? { state: 'undone', reason: error.message } : { state: 'refused', error }
  }
  const { code, message } = error ?? {}
  return { state: 'undone', reason: `${code ?? 'no answer'}: ${message ?? 'The batch has no answer.'}` }
}

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
  return { state: 'refused', error: new ProviderError('invalid', refusal(own)) }
}

const refusal = ({ code, message }: BatchError) => `The batch was refused: ${code}: ${message}`
