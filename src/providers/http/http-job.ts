import type { JsonValue } from '../../model/json.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { ProduceResult } from '../../model/provider/provider.js'
import { errorAnswer } from '../kit/error-answer.js'
import { lossyText } from '../kit/fetch/body-text.js'
import { DOWNLOAD_ATTEMPTS } from '../kit/fetch/download.js'
import { FileUnavailableError } from '../kit/fetch/file-unavailable-error.js'
import { bodyBytes, httpFetch, webUrl } from '../kit/fetch/http-fetch.js'
import { answerAt } from '../kit/json-path.js'
import { charged } from '../kit/paid-answer.js'
import type { RemoteState } from '../kit/remote/remote-work.js'
import { keptError, retrying } from '../kit/remote/retrying.js'
import { saysMissing } from '../kit/remote/says-missing.js'
import { twoPhase } from '../kit/remote/two-phase.js'
import { renderUrl } from '../kit/template/render-template.js'
import {
  type AnswerOptions,
  answerError,
  brokenOff,
  jsonOf,
  matchingRule,
  resultOfJson,
  resultOfResponse,
  usageAndCost,
} from './http-answer.js'
import { answered, type HttpCall, successOf, withKey } from './http-call.js'
import type { AnswerCondition, HttpConfig } from './http-config.js'

type PollConfig = NonNullable<HttpConfig['poll']>

/** Work that the call only submits, and that is then waited for. */
export async function httpJob(
  call: HttpCall,
  poll: PollConfig,
  options: AnswerOptions,
): Promise<ProduceResult> {
  const { config, request, context, credentials } = options
  const callAt = (template: string, id: string, method = 'GET'): HttpCall => ({
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
        const answer = jsonOf(await bodyBytes(response, signal), response)
        const id = answerAt(answer, poll.id)
        if (typeof id === 'string' || typeof id === 'number') return String(id)
        throw (
          errorAnswer(answer, response.headers) ??
          new ProviderError('bug', `The answer to the submission has no id at ${poll.id}.`, {
            answer: JSON.stringify(answer),
          })
        )
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
      async collect(answer, isOld) {
        const { result } = poll
        if (result === undefined) return await resultOfJson(answer, { ...options, isOld })
        return await retrying(
          'The result',
          { attempts: DOWNLOAD_ATTEMPTS, baseMs: poll.everyMs },
          context,
          async () => {
            const { id } = answer as { id: string }
            const address = callAt(result, id)
            const response = await httpFetch({ ...address, signal: context.signal })
            if (response.status === 404 || response.status === 410)
              throw new FileUnavailableError('gone', `The result ${address.url.href} is gone.`)
            const success = await successOf(response, context.signal, options).catch(error => {
              context.signal.throwIfAborted()
              throw keptError(error)
            })
            return await resultOfResponse(success, { ...options, isOld })
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
  poll: PollConfig,
  options: AnswerOptions,
): RemoteState<JsonValue> {
  const { errors } = options.config
  const text = lossyText(body, response.headers.get('content-type'))
  const rule = matchingRule(errors, text, response.status)
  if (rule !== undefined) {
    const error = answerError(errors, response, text)
    // A service that is busy, or that does not know the key, has not said anything about the job.
    if (keptError(error) === error) throw error
    return { state: 'failed', error }
  }
  if (saysMissing(response.status, text)) return { state: 'missing' }
  if (!response.ok) throw answerError([], response, text)
  const answer = jsonOf(body, response)
  if (holds(poll.failed, answer)) {
    const error = jobError(answer, poll, errors)
    return {
      state: 'failed',
      error: charged(error, usageAndCost(answer, options), () => text) as ProviderError,
    }
  }
  if (holds(poll.cancelled, answer)) return { state: 'cancelled' }
  const fault = holds(poll.done, answer) ? brokenOff(answer, options) : undefined
  if (fault !== undefined) return { state: 'failed', error: fault }
  if (holds(poll.done, answer)) return { state: 'done', result: poll.result === undefined ? answer : { id } }
  const progress = poll.progress === undefined ? undefined : Number(answerAt(answer, poll.progress))
  if (progress === undefined || !Number.isFinite(progress)) return { state: 'running' }
  return { state: 'running', fraction: progress > 1 ? progress / 100 : progress }
}

function holds(condition: AnswerCondition | undefined, answer: JsonValue): boolean {
  if (condition === undefined) return false
  const value = answerAt(answer, condition.path)
  if (condition.is === undefined) return value !== undefined && value !== null
  return [condition.is].flat().some(wanted => wanted === value)
}

function jobError(answer: JsonValue, { message }: PollConfig, rules: HttpConfig['errors']): ProviderError {
  const said = message === undefined ? undefined : answerAt(answer, message)
  const text = said === undefined || said === null ? JSON.stringify(answer) : said
  const words = typeof text === 'string' ? text : JSON.stringify(text)
  const code = matchingRule(rules, words, undefined)?.code ?? 'bug'
  return new ProviderError(code, `The service's job failed: ${words.slice(0, 500)}`)
}
