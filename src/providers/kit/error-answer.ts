import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { HeaderSource } from '../../model/provider/rate-limit.js'
import { apiError, traitsOf } from './sdk/api-error.js'

/** Where the APIs of models put what they made. */
const RESULTS = ['choices', 'candidates', 'data', 'output', 'outputs', 'result', 'results', 'images']
const STATUSES = ['code', 'status', 'statusCode', 'status_code', 'error_code']
const MESSAGES = ['message', 'msg', 'error_message', 'errorMessage', 'description', 'detail']
const TOO_MANY = /rate[ _-]?limit|too[ _-]?many[ _-]?requests|throttl|resource[ _-]exhausted/i
const QUOTE_CHARS = 500

/**
 * The error that an answer with a status of success is, as gateways send it when the service after them has failed:
 * `{ "error": … }`, `{ "errors": […] }`, `{ "detail": … }`, `{ "success": false }`, `{ "code": 500, "message": … }` and no
 * result. It means what its status means, or else what its words mean; `undefined` for any other answer.
 */
export function errorAnswer(answer: JsonValue | undefined, headers: HeaderSource): ProviderError | undefined {
  // Google's streams are lists.
  const holder = Array.isArray(answer) && answer.length === 1 ? answer[0] : answer
  if (!isJsonObject(holder) || RESULTS.some(name => isThere(holder[name]))) return undefined
  const error = errorIn(holder)
  if (error === undefined) return undefined
  const body = JSON.stringify(holder)
  const status = statusIn(isJsonObject(error) ? error : {}) ?? statusIn(holder) ?? statusOfWords(error, body)
  const meant = apiError({ status: status ?? 400, headers }, body)
  if (status === 401) return meant
  const quote = JSON.stringify(error).slice(0, QUOTE_CHARS)
  const message = `The answer has a status of success, and is an error: ${quote}`
  // Words that say nothing known say that something failed, not that the request is wrong.
  if (status === undefined && meant.code === 'invalid')
    return new ProviderError('overloaded', message, { answer: body })
  return new ProviderError(meant.code, message, { answer: body, ...traitsOf(meant) })
}

const isThere = (value: JsonValue | undefined): boolean =>
  value !== undefined && value !== null && value !== '' && !(typeof value === 'object' && isEmpty(value))

const isEmpty = (value: object): boolean => Object.keys(value).length === 0

/** What an answer says of its failure; undefined when it tells of none. */
function errorIn(holder: JsonObject): JsonValue | undefined {
  const { error, errors, detail, base_resp: response } = holder
  if (isJsonObject(error) || (typeof error === 'string' && error !== '')) return error
  if (Array.isArray(errors) && errors.length > 0) return errors[0]
  if ((typeof detail === 'string' && detail !== '') || isListOfFaults(detail)) return detail
  if (isJsonObject(response) && isThere(response.status_code) && response.status_code !== 0) return response
  const isFailure =
    error === true ||
    holder.success === false ||
    holder.ok === false ||
    holder.status === 'error' ||
    (statusIn(holder) !== undefined && MESSAGES.some(name => typeof holder[name] === 'string'))
  return isFailure ? holder : undefined
}

/** As FastAPI lists what is wrong with a request. */
const isListOfFaults = (detail: JsonValue | undefined): detail is JsonValue[] =>
  Array.isArray(detail) && isJsonObject(detail[0]) && typeof detail[0].msg === 'string'

function statusIn(holder: JsonObject): number | undefined {
  return STATUSES.map(name => Number(holder[name] ?? Number.NaN)).find(
    status => Number.isInteger(status) && status >= 400 && status < 600,
  )
}

function statusOfWords(error: JsonValue, body: string): number | undefined {
  if (Array.isArray(error)) return 422
  return TOO_MANY.test(body) ? 429 : undefined
}
