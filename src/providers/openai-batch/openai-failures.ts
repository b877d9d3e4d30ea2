import { connectionFailure } from '../../model/provider/failure/connection-failure.js'
import { isProviderError, ProviderError } from '../../model/provider/failure/provider-error.js'
import type { HeaderSource } from '../../model/provider/rate-limit.js'
import type { ServiceFailures } from '../kit/batch/batch-api.js'
import { apiError } from '../kit/sdk/api-error.js'

/** Parts of the SDK's `APIError` that say what happened; without a status it is the connection that failed. */
interface SdkError extends Error {
  readonly status: number | undefined
  readonly headers: HeaderSource | undefined
  readonly error: unknown
}

const isSdkError = (error: unknown): error is SdkError =>
  error instanceof Error && 'status' in error && 'headers' in error && 'error' in error

/** The headers of a failed response. */
const headersOf = (error: unknown): HeaderSource | undefined =>
  isSdkError(error) ? error.headers : undefined

/** What an error of the `openai` package means; errors of others are left as they are. */
function openAiError(error: unknown): unknown {
  if (isProviderError(error) || !isSdkError(error)) return error
  const { status, headers, message } = error
  if (status === undefined) {
    const failure = connectionFailure(error, message)
    return new ProviderError('network', failure.message, { ...failure.traits, cause: error })
  }
  const body = error.error === undefined ? message : JSON.stringify(error.error)
  return apiError({ status, headers: headers ?? {} }, body)
}

/** Whether the service may have done what it was asked for, though it did not say so: anything but a clear refusal. */
function isAmbiguous(error: unknown): boolean {
  const status = isSdkError(error) ? error.status : undefined
  return status === undefined || status === 408 || status === 409 || status >= 500
}

/** What the service says in a clear refusal; nothing where it may have done what it was asked for. */
export const wordsOf = (error: unknown): string =>
  isSdkError(error) && !isAmbiguous(error) ? `${error.message} ${JSON.stringify(error.error ?? '')}` : ''

/** Whether the API itself says that there is no such batch or file; a page of something in between does not count. */
const isGone = (error: unknown): boolean =>
  isSdkError(error) && (error.status === 410 || (error.status === 404 && error.error !== undefined))

export const openAiFailures: ServiceFailures = { meaningOf: openAiError, headersOf, isAmbiguous, isGone }
