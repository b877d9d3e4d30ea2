import { parseJson } from '../../model/json/parse-json.js'
import type { JsonValue } from '../../model/json.js'
import { connectionFailure } from '../../model/provider/failure/connection-failure.js'
import {
  isProviderError,
  ProviderError,
  type ProviderErrorCode,
} from '../../model/provider/failure/provider-error.js'
import type { ProduceContext } from '../../model/provider/provider.js'
import { errorAnswer } from '../kit/error-answer.js'
import { lostAnswer } from '../kit/fetch/lost-answer.js'
import { apiError } from '../kit/sdk/api-error.js'

/** Parts of the SDK's `APICallError` that say what happened. */
interface ApiCallError extends Error {
  readonly statusCode?: number
  readonly responseHeaders?: Record<string, string>
  readonly responseBody?: string
}

/** Errors of the SDK that stand for no answer of the service. */
const CODES: Readonly<Record<string, ProviderErrorCode>> = {
  AI_LoadAPIKeyError: 'auth',
  AI_LoadSettingError: 'invalid',
  AI_InvalidArgumentError: 'invalid',
  AI_InvalidPromptError: 'invalid',
  AI_InvalidDataContentError: 'invalid',
  AI_UnsupportedFunctionalityError: 'invalid',
  AI_UnsupportedModelVersionError: 'invalid',
  AI_NoSuchModelError: 'invalid',
  AI_TooManyEmbeddingValuesForCallError: 'too_large',
  // An answer with nothing in it, or that is not what the service promises.
  AI_NoImageGeneratedError: 'overloaded',
  AI_NoSpeechGeneratedError: 'overloaded',
  AI_NoTranscriptGeneratedError: 'overloaded',
  AI_NoContentGeneratedError: 'overloaded',
  AI_EmptyResponseBodyError: 'overloaded',
  AI_InvalidResponseDataError: 'overloaded',
  AI_JSONParseError: 'overloaded',
  AI_TypeValidationError: 'overloaded',
}

/** The first frame of a stack. */
const OF_VENDOR = /^[^\n]*\n\s+at [^\n]*node_modules[\\/]@ai-sdk[\\/]/

/** What an error of the AI SDK means; errors of others are left as they are. */
export function aiError(error: unknown, context: ProduceContext): unknown {
  if (!(error instanceof Error) || isProviderError(error)) return error
  // What comes after an abort is its echo.
  if (context.signal.aborted) return error
  if (error.name === 'AI_APICallError') return ofCall(error as ApiCallError, context)
  // Vendors' packages read some answers without a look at their form.
  if (error instanceof TypeError && OF_VENDOR.test(String(error.stack)))
    return new ProviderError('overloaded', `The answer is not in the form of the API: ${error.message}`, {
      cause: error,
    })
  const code = CODES[error.name]
  if (code === undefined) return error
  return new ProviderError(code, error.message, {
    cause: error,
    ...(code === 'overloaded' && { answer: answerOf(error) }),
  })
}

function ofCall(error: ApiCallError, context: ProduceContext): unknown {
  const { statusCode, responseHeaders = {}, responseBody = '' } = error
  if (statusCode === undefined) {
    const { message, traits } = connectionFailure(error, error.message)
    return new ProviderError('network', message, { ...traits, cause: error })
  }
  context.responseHeaders(responseHeaders)
  if (statusCode >= 300) return apiError({ status: statusCode, headers: responseHeaders }, responseBody)
  // The connection ended in the middle of the answer, or the answer is not what the service promises.
  const isCut = error.cause instanceof TypeError
  if (isCut) return new ProviderError('network', error.message, { cause: error })
  const told = errorAnswer(jsonOf(responseBody), responseHeaders)
  if (told !== undefined) return told
  const lost = lostAnswer(responseBody)
  if (lost !== undefined) return lost
  return new ProviderError('overloaded', error.message, {
    cause: error,
    answer: responseBody || NOTHING,
  })
}

function jsonOf(text: string): JsonValue | undefined {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

const NOTHING = '(nothing)'

/** What the service answered, as far as the SDK's error holds it. */
function answerOf(error: Error): string {
  const { text, value } = error as { text?: unknown; value?: unknown }
  if (typeof text === 'string' && text !== '') return text
  return value === undefined ? NOTHING : (JSON.stringify(value) ?? NOTHING)
}
