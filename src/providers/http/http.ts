import { parseJson } from '../../model/json/parse-json.js'
import type { JsonValue } from '../../model/json.js'
import { SNIFF_BYTES } from '../../model/media/sniff-type.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { ProduceResult } from '../../model/provider/provider.js'
import { configuredProvider } from '../kit/configured-provider.js'
import { errorAnswer } from '../kit/error-answer.js'
import { FileUnavailableError } from '../kit/fetch/file-unavailable-error.js'
import { lostAnswer } from '../kit/fetch/lost-answer.js'
import { checkOutputNames } from '../kit/model-input.js'
import { POLL_MS } from '../kit/remote/polling.js'
import { templatesIn } from '../kit/template/template-names.js'
import { type AnswerOptions, resultOfResponse, takesBody } from './http-answer.js'
import { type HttpCall, respond } from './http-call.js'
import { httpConfigSchema } from './http-config.js'
import { httpJob } from './http-job.js'
import { jsonResult } from './http-json-result.js'
import { httpRequest } from './http-request.js'

/**
 * Any HTTP API, by configuration. With `poll` the first call submits work that is then waited for, as the
 * services with jobs of their own have it.
 */
const http = configuredProvider('http', httpConfigSchema, {
  look: {
    templates: ({ url, query, headers, body, form, raw, poll, cancel }) => [
      ...templatesIn(url, ['url']),
      ...templatesIn(query, ['query']),
      ...templatesIn(headers, ['headers']),
      ...templatesIn(body, ['body']),
      ...templatesIn(form, ['form']),
      ...templatesIn(raw, ['raw']),
      ...templatesIn(poll?.url, ['poll', 'url'], ['id']),
      ...templatesIn(poll?.result, ['poll', 'result'], ['id']),
      ...templatesIn(cancel?.url, ['cancel', 'url'], ['id']),
    ],
    byOutput: ({ outputs }) => ({ outputs }),
    more: ({ url }) =>
      url.includes('{{') || /^https?:\/\/[^/]/i.test(url)
        ? []
        : [{ path: ['url'], message: `It must be an http or https URL, got "${url.slice(0, 200)}".` }],
  },
  async produce(config, request, context) {
    // Before anything is paid for.
    checkOutputNames('http', config.outputs, request)
    const call = await httpRequest(config, request, context)
    const options: AnswerOptions = {
      config,
      request,
      context,
      credentials: call.credentials,
      base: call.url,
      retryMs: config.poll?.everyMs ?? POLL_MS,
    }
    const isWholeBody = takesBody(options)
    if (config.poll === undefined) return await (isWholeBody ? bodyResult : jsonResult)(call, options)
    if (!isWholeBody || config.poll.result !== undefined) return await httpJob(call, config.poll, options)
    throw new ProviderError(
      'invalid',
      'Provider http: with poll every output needs a path in config.outputs.',
    )
  },
})
export default http

async function bodyResult(call: HttpCall, options: AnswerOptions): Promise<ProduceResult> {
  try {
    return await resultOfResponse(await respond(call, options), options)
  } catch (error) {
    // Asking with GET makes nothing, so it may be repeated; what another method has made is paid for.
    if (!(error instanceof FileUnavailableError) || options.config.method === 'GET') throw error
    throw insteadOfFile(error)
  }
}

/** The error of an answer that was to be a file: it was lost, it tells of a failure, or it is something else. */
function insteadOfFile(error: FileUnavailableError): ProviderError {
  const { answer = '' } = error
  if (answer.length >= SNIFF_BYTES && !answer.trimStart().startsWith('<')) return error.asLast()
  return lostAnswer(answer) ?? errorAnswer(jsonIn(answer), {}) ?? error.asLast()
}

function jsonIn(text: string): JsonValue | undefined {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
