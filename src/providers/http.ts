import { isJsonObject, type JsonValue } from '../model/json.js'
import { CHECKPOINT_LIMIT_BYTES, POLL_MS } from '../model/limit.js'
import type { ProduceContext, ProduceRequest, ProduceResult, Provider } from '../model/provider.js'
import { ProviderError } from '../model/provider-error.js'
import { FileGoneError } from './file-gone-error.js'
import { type AnswerOptions, jsonOf, resultOfJson, resultOfResponse, takesBody } from './http-answer.js'
import { answered, type HttpCall, withKey } from './http-call.js'
import { httpConfigSchema } from './http-config.js'
import { bodyBytes } from './http-fetch.js'
import { httpJob } from './http-job.js'
import { httpRequest } from './http-request.js'
import { checkOutputNames } from './model-input.js'
import { providerConfig } from './provider-config.js'

/**
 * Any HTTP API, by configuration. With `poll` the first call submits work that is then waited for, as the
 * services with jobs of their own have it.
 */
const http: Provider = {
  async produce(request, context) {
    const config = providerConfig('http', httpConfigSchema, request.config)
    // Before anything is paid for.
    checkOutputNames('http', config.outputs, request)
    const call = await httpRequest(config, request, context)
    const options: AnswerOptions = {
      config,
      request,
      context,
      credentials: call.credentials,
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
}
export default http

async function respond(call: HttpCall, options: AnswerOptions): Promise<Response> {
  const { config, context } = options
  return await answered(withKey(call, config, context.idempotencyKey), context.signal, options)
}

const bodyResult = async (call: HttpCall, options: AnswerOptions): Promise<ProduceResult> =>
  await resultOfResponse(await respond(call, options), options)

/** An answer has been paid for: when it names files, it is on record before they are downloaded. */
async function jsonResult(call: HttpCall, options: AnswerOptions): Promise<ProduceResult> {
  const { context, request } = options
  const service = call.url.origin
  let answer = answerOnRecord(service, context)
  if (answer === undefined) {
    const response = await respond(call, options)
    answer = jsonOf(await bodyBytes(response, context.signal))
    const record = { service, answer }
    if (hasFiles(request) && Buffer.byteLength(JSON.stringify(record)) <= CHECKPOINT_LIMIT_BYTES)
      await context.checkpoint(record)
  }
  try {
    return await resultOfJson(answer, options)
  } catch (error) {
    if (error instanceof FileGoneError) await context.checkpoint(null, { isOver: true })
    throw error
  }
}

function answerOnRecord(service: string, { resume }: ProduceContext): JsonValue | undefined {
  return isJsonObject(resume) && resume.service === service ? resume.answer : undefined
}

const hasFiles = ({ outputs }: ProduceRequest): boolean =>
  Object.values(outputs).some(({ type }) => type.includes('/'))
