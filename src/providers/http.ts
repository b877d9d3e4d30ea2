import type { JsonValue } from '../model/json.js'
import { DOWNLOAD_ATTEMPTS, POLL_MS } from '../model/limit.js'
import type { ProduceResult, Provider } from '../model/provider.js'
import { ProviderError } from '../model/provider-error.js'
import {
  type AnswerOptions,
  answerError,
  jsonOf,
  matchingRule,
  resultOfJson,
  resultOfResponse,
  takesBody,
} from './http-answer.js'
import { type Condition, type HttpConfig, httpConfigSchema } from './http-config.js'
import { bodyBytes, type HttpRequest, httpFetch, webUrl } from './http-fetch.js'
import { httpRequest } from './http-request.js'
import { valueAt } from './json-path.js'
import { checkOutputNames } from './model-input.js'
import { providerConfig } from './provider-config.js'
import { renderUrl } from './render-template.js'
import { keptError, retrying } from './retrying.js'
import { type RemoteState, twoPhase } from './two-phase.js'

/**
 * Any HTTP API, by configuration. With `poll` the first call submits work that is then waited for, as the
 * services with jobs of their own have it.
 */
const http: Provider = {
  async produce(request, context) {
    const config = providerConfig('http', httpConfigSchema, request.config)
    const call = await httpRequest(config, request, context)
    const options: AnswerOptions = {
      config,
      request,
      context,
      credentials: call.credentials,
      retryMs: config.poll?.everyMs ?? POLL_MS,
    }
    // Before anything is paid for.
    checkOutputNames('http', config.outputs, request)
    if (takesBody(options) && config.poll !== undefined && config.poll.result === undefined) {
      throw new ProviderError(
        'invalid',
        'Provider http: with poll every output needs a path in config.outputs.',
      )
    }
    if (config.poll !== undefined) return await remoteJob(call, config.poll, options)
    const response = await answered(withKey(call, config, context.idempotencyKey), context.signal, options)
    return await resultOfResponse(response, options)
  },
}
export default http

type Call = Omit<HttpRequest, 'signal'>

const withKey = (call: Call, { idempotencyHeader }: HttpConfig, key: string): Call =>
  idempotencyHeader === undefined
    ? call
    : { ...call, headers: { ...call.headers, [idempotencyHeader.toLowerCase()]: key } }

/** A response that is a success. */
async function answered(
  call: Call,
  signal: AbortSignal,
  { config, context }: AnswerOptions,
): Promise<Response> {
  const response = await httpFetch({ ...call, signal })
  context.responseHeaders(response.headers)
  const isJudged = config.errors.some(({ status }) => status === response.status)
  if (response.ok && !isJudged) return response
  const body = (await bodyBytes(response, signal)).toString('utf8')
  if (response.ok && matchingRule(config.errors, body, response.status) === undefined) {
    return new Response(body, { status: response.status, headers: response.headers })
  }
  throw answerError(config.errors, response, body)
}

async function remoteJob(
  call: Call,
  poll: NonNullable<HttpConfig['poll']>,
  options: AnswerOptions,
): Promise<ProduceResult> {
  const { config, request, context, credentials } = options
  const callAt = (template: string, id: string, method = 'GET'): Call => ({
    url: webUrl(renderUrl(template, { ...request.inputs, id }), 'config.poll'),
    method,
    ...(credentials && { credentials }),
  })
  return await twoPhase<JsonValue>(
    {
      service: call.url.origin,
      pollMs: poll.everyMs,
      async submit(key, signal) {
        const response = await answered(withKey(call, config, key), signal, options)
        const answer = jsonOf(await bodyBytes(response, signal))
        const id = valueAt(answer, poll.id)
        if (typeof id === 'string' || typeof id === 'number') return String(id)
        throw new ProviderError('bug', `The answer to the submission has no id at ${poll.id}.`)
      },
      async poll(id, signal) {
        const response = await httpFetch({ ...callAt(poll.url, id), signal })
        context.responseHeaders(response.headers)
        return remoteState(response, await bodyBytes(response, signal), id, poll, options)
      },
      async cancel(id, signal) {
        if (config.cancel === undefined) return
        await answered(callAt(config.cancel.url, id, config.cancel.method), signal, options)
      },
      async collect(answer) {
        const { result } = poll
        if (result === undefined) return await resultOfJson(answer, options)
        return await retrying(
          'The result',
          { attempts: DOWNLOAD_ATTEMPTS, baseMs: poll.everyMs },
          context,
          async () => {
            const { id } = answer as { id: string }
            const response = await answered(callAt(result, id), context.signal, options).catch(error => {
              context.signal.throwIfAborted()
              throw keptError(error)
            })
            return await resultOfResponse(response, options)
          },
        )
      },
    },
    context,
  )
}

function remoteState(
  response: Response,
  body: Buffer,
  id: string,
  poll: NonNullable<HttpConfig['poll']>,
  { config: { errors } }: AnswerOptions,
): RemoteState<JsonValue> {
  const text = body.toString('utf8')
  const rule = matchingRule(errors, text, response.status)
  if (rule !== undefined) return { state: 'failed', error: answerError(errors, response, text) }
  const isJson = response.headers.get('content-type')?.includes('json') === true
  // A proxy's page says nothing about the job; the API itself answers in JSON.
  if ((response.status === 404 || response.status === 410) && isJson) return { state: 'missing' }
  if (!response.ok) throw answerError([], response, text)
  const answer = jsonOf(body)
  if (holds(poll.failed, answer)) return { state: 'failed', error: jobError(answer, poll, errors) }
  if (holds(poll.cancelled, answer)) return { state: 'cancelled' }
  if (holds(poll.done, answer)) return { state: 'done', result: poll.result === undefined ? answer : { id } }
  const progress = poll.progress === undefined ? undefined : Number(valueAt(answer, poll.progress))
  if (progress === undefined || !Number.isFinite(progress)) return { state: 'running' }
  return { state: 'running', fraction: progress > 1 ? progress / 100 : progress }
}

function holds(condition: Condition | undefined, answer: JsonValue): boolean {
  if (condition === undefined) return false
  const value = valueAt(answer, condition.path)
  if (condition.is === undefined) return value !== undefined && value !== null
  return [condition.is].flat().some(wanted => wanted === value)
}

function jobError(
  answer: JsonValue,
  { message }: NonNullable<HttpConfig['poll']>,
  rules: HttpConfig['errors'],
): ProviderError {
  const said = message === undefined ? undefined : valueAt(answer, message)
  const text = said === undefined || said === null ? JSON.stringify(answer) : said
  const words = typeof text === 'string' ? text : JSON.stringify(text)
  const code = matchingRule(rules, words, undefined)?.code ?? 'bug'
  return new ProviderError(code, `The service's job failed: ${words.slice(0, 500)}`)
}
