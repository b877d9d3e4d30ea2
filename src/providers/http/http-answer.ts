import { parseJson } from '../../model/json/parse-json.js'
import type { JsonObject, JsonValue } from '../../model/json.js'
import { FileEnd } from '../../model/media/file-end.js'
import { charsetOf } from '../../model/media/mime-type.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import { type FailedResponse, responseError } from '../../model/provider/failure/response-error.js'
import type {
  OutputValue,
  ProduceContext,
  ProduceRequest,
  ProduceResult,
} from '../../model/provider/provider.js'
import { errorAnswer } from '../kit/error-answer.js'
import { bodyText } from '../kit/fetch/body-text.js'
import { isOpenEnded, storeBody } from '../kit/fetch/download.js'
import { bodyBytes, type HttpRequest } from '../kit/fetch/http-fetch.js'
import { lostAnswer } from '../kit/fetch/lost-answer.js'
import { answerAt } from '../kit/json-path.js'
import { type BadEnd, badEnd } from '../kit/language/bad-end.js'
import { charged } from '../kit/paid-answer.js'
import { remoteOutput } from '../kit/remote/remote-output.js'
import { textOfBytes, textOutput } from '../kit/text-output.js'
import type { ErrorRule, HttpConfig } from './http-config.js'

/** What the answers of one job have in common. */
export interface AnswerOptions {
  readonly config: HttpConfig
  readonly request: ProduceRequest
  readonly context: ProduceContext
  readonly credentials: HttpRequest['credentials']
  /** Of the request: addresses in the answer are relative to it. */
  readonly base: URL
  readonly retryMs: number
  /** @see DownloadOptions */
  readonly isOld?: boolean
}

/** The first rule that fits; `status` is left out for a job that failed although the response did not. */
export function matchingRule(
  rules: readonly ErrorRule[],
  body: string,
  status: number | undefined,
): ErrorRule | undefined {
  const isSuccess = status !== undefined && status >= 200 && status < 300
  const lower = body.toLowerCase()
  return rules.find(rule => {
    if (rule.status === undefined ? isSuccess : rule.status !== status) return false
    return rule.contains === undefined || lower.includes(rule.contains.toLowerCase())
  })
}

/** The error that a response stands for, by the config's rules first. */
export function answerError(
  rules: readonly ErrorRule[],
  response: FailedResponse,
  body: string,
): ProviderError {
  const error = responseError(response, body)
  const rule = matchingRule(rules, body, response.status)
  if (rule === undefined) return error
  // What the config says an answer is: of the rest only the delay still holds.
  const { retryAfterMs } = error
  return new ProviderError(rule.code, error.message, { ...(retryAfterMs !== undefined && { retryAfterMs }) })
}

/** True when the only output has no path: it is the body itself. */
export function takesBody({ config, request: { outputs } }: AnswerOptions): boolean {
  const names = Object.keys(outputs)
  const bare = names.filter(name => !Object.hasOwn(config.outputs, name))
  if (bare.length === 0) return false
  if (names.length === 1 && outputs[bare[0]!]!.count === undefined) return true
  throw invalid(
    `output "${bare[0]}" needs a path in config.outputs; only a single output can be the whole body.`,
  )
}

/** What a successful response has made. */
export async function resultOfResponse(response: Response, options: AnswerOptions): Promise<ProduceResult> {
  const { request, context } = options
  if (takesBody(options)) {
    const [[name, { type }]] = Object.entries(request.outputs) as [[string, { type: string }]]
    if (type.includes('/')) {
      const end = new FileEnd()
      const blob = await storeBody(response, { type }, context, undefined, end)
      if (end.isCut && isOpenEnded(response))
        throw new ProviderError('network', `Of the answer only the beginning came, ${blob.sizeBytes} bytes.`)
      return { outputs: { [name]: blob as OutputValue } }
    }
    const bytes = await bodyBytes(response, context.signal)
    if (type !== 'json') return { outputs: { [name]: plainOutput(name, type, bytes, response) } }
    const value = jsonOf(bytes, response)
    const fault = brokenOff(value, options)
    if (fault !== undefined) throw fault
    return { outputs: { [name]: value }, ...usageAndCost(value, options) }
  }
  const answer = jsonOf(await bodyBytes(response, context.signal), response)
  const fault = brokenOff(answer, options)
  if (fault !== undefined) throw fault
  return await resultOfJson(answer, options)
}

function plainOutput(name: string, type: string, bytes: Uint8Array, { headers }: Response): JsonValue {
  const text = textOfBytes(name, bytes, charsetOf(headers.get('content-type') ?? ''))
  // A text may be empty, or a page.
  const lost = type === 'text' ? undefined : lostAnswer(text)
  if (lost !== undefined) throw lost
  return textOutput(name, type, text)
}

/** The error of an answer of a model that broke off, or that is an error; undefined for any other answer. */
export function brokenOff(answer: JsonValue, options: AnswerOptions): ProviderError | undefined {
  const end = badEnd(answer)
  const error = end === undefined ? errorInPlace(answer, options) : errorOfEnd(end, answer)
  return error && (charged(error, { usage: {}, ...usageAndCost(answer, options) }) as ProviderError)
}

function errorOfEnd({ how, isFiltered }: BadEnd, answer: JsonValue): ProviderError {
  const kept = { answer: JSON.stringify(answer) }
  return isFiltered
    ? new ProviderError('content', `A content filter ended the answer (${how}).`, kept)
    : new ProviderError('overloaded', `The answer broke off (${how}).`, kept)
}

/** An error where the outputs should be. */
function errorInPlace(answer: JsonValue, { config }: AnswerOptions): ProviderError | undefined {
  const paths = Object.values(config.outputs).map(source =>
    typeof source === 'string' ? source : source.path,
  )
  return paths.some(path => answerAt(answer, path) === undefined) ? errorAnswer(answer, {}) : undefined
}

/** What the JSON of an answer has made. */
export async function resultOfJson(answer: JsonValue, options: AnswerOptions): Promise<ProduceResult> {
  const account = usageAndCost(answer, options)
  try {
    return { outputs: await outputsOfJson(answer, options), ...account }
  } catch (error) {
    throw charged(error, { usage: {}, ...account }, () => JSON.stringify(answer))
  }
}

async function outputsOfJson(
  answer: JsonValue,
  options: AnswerOptions,
): Promise<Record<string, OutputValue>> {
  const { config, request, context, credentials, base, retryMs, isOld } = options
  if (takesBody(options)) {
    const [[name, output]] = Object.entries(request.outputs) as [[string, { type: string }]]
    return { [name]: await remoteOutput(name, output, answer, { base, retryMs, isOld }, context) }
  }
  const outputs: Record<string, OutputValue> = {}
  for (const [name, output] of Object.entries(request.outputs)) {
    const source = config.outputs[name]!
    const { path, as } = typeof source === 'string' ? { path: source, as: 'auto' as const } : source
    const found = answerAt(answer, path)
    if (found === undefined) {
      throw new ProviderError('bug', `Output "${name}": the answer has nothing at ${path}.`)
    }
    outputs[name] = await remoteOutput(
      name,
      output,
      found,
      { handover: as, credentials, base, retryMs, isOld },
      context,
    )
  }
  return outputs
}

/** Usage and cost, where the answer names them. */
export function usageAndCost(
  answer: JsonValue,
  { config }: AnswerOptions,
): Pick<ProduceResult, 'usage' | 'costUsd'> {
  const usage: JsonObject = {}
  for (const [name, path] of Object.entries(config.usage)) {
    const value = answerAt(answer, path)
    if (value !== undefined && value !== null) usage[name] = value
  }
  const costUsd = config.costUsd === undefined ? undefined : dollarsOf(answerAt(answer, config.costUsd))
  return {
    ...(Object.keys(usage).length > 0 && { usage }),
    ...(costUsd !== undefined && { costUsd }),
  }
}

/** A sum that may be written as a text, as services do to keep every digit. */
function dollarsOf(told: JsonValue | undefined): number | undefined {
  const isWritten = typeof told === 'string' && /^\s*\$?\s*\d+(?:\.\d+)?(?:e[+-]?\d+)?\s*$/i.test(told)
  const dollars = isWritten ? Number(told.replace('$', '')) : told
  return typeof dollars === 'number' && dollars >= 0 && Number.isFinite(dollars) ? dollars : undefined
}

/** @throws ProviderError `network` for an answer that was lost, `bug` when the bytes are no JSON */
export function jsonOf(bytes: Uint8Array, { headers }: Response): JsonValue {
  const text = bodyText(bytes, headers.get('content-type'))
  try {
    return parseJson(text)
  } catch (cause) {
    const { message } = cause as Error
    throw (
      lostAnswer(text) ??
      new ProviderError('bug', `The answer is not JSON: ${message}`, { cause, answer: text })
    )
  }
}

const invalid = (problem: string) => new ProviderError('invalid', `Provider http: ${problem}`)
