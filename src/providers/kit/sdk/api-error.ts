import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import { type FailedResponse, responseError } from '../../../model/provider/failure/response-error.js'

/**
 * The error of a model service's answer: {@link responseError}, but a 401 is not quoted, since services repeat the key
 * in it.
 */
export function apiError(response: FailedResponse, body: string): ProviderError {
  const error = responseError(response, body)
  if (response.status !== 401) return error
  return new ProviderError(error.code, 'HTTP 401: the service refused the API key.', traitsOf(error))
}

/** What an error says beside its code and its words. */
export const traitsOf = ({ retryAfterMs, isUnserved, isOfSetup }: ProviderError) => ({
  ...(retryAfterMs !== undefined && { retryAfterMs }),
  isUnserved,
  isOfSetup,
})
