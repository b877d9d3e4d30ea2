import { lossyText } from '../kit/fetch/body-text.js'
import { bodyBytes, errorText, type HttpRequest, httpFetch } from '../kit/fetch/http-fetch.js'
import { longFetch } from '../kit/fetch/long-fetch.js'
import { type AnswerOptions, answerError, matchingRule } from './http-answer.js'
import type { HttpConfig } from './http-config.js'

export type HttpCall = Omit<HttpRequest, 'signal' | 'fetch'>

export const withKey = (call: HttpCall, { idempotencyHeader }: HttpConfig, key: string): HttpCall =>
  idempotencyHeader === undefined
    ? call
    : { ...call, headers: { ...call.headers, [idempotencyHeader.toLowerCase()]: key } }

/** The answer to a call, when it is a success. It may take as long as the attempt: asking again would be paid again. */
export async function answered(
  call: HttpCall,
  signal: AbortSignal,
  options: AnswerOptions,
): Promise<Response> {
  return await successOf(await httpFetch({ ...call, signal, fetch: longFetch }), signal, options)
}

/** @throws ProviderError for a response that is none, also by a rule of the config */
export async function successOf(
  response: Response,
  signal: AbortSignal,
  { config, context }: AnswerOptions,
): Promise<Response> {
  context.responseHeaders(response.headers)
  const isJudged = config.errors.some(({ status }) => status === response.status)
  if (response.ok && !isJudged) return response
  if (!response.ok) throw answerError(config.errors, response, await errorText(response, signal))
  const bytes = await bodyBytes(response, signal)
  const text = lossyText(bytes, response.headers.get('content-type'))
  if (matchingRule(config.errors, text, response.status) !== undefined)
    throw answerError(config.errors, response, text)
  return new Response(bytes.byteLength === 0 ? null : new Uint8Array(bytes), {
    status: response.status,
    headers: response.headers,
  })
}

/** The answer to a job's own call, the same for all its attempts; a new key for each that is made again. */
export async function respond(call: HttpCall, options: AnswerOptions, endedCount = 0): Promise<Response> {
  const { config, context } = options
  const key = endedCount === 0 ? context.idempotencyKey : `${context.idempotencyKey}-${endedCount}`
  return await answered(withKey(call, config, key), context.signal, options)
}
