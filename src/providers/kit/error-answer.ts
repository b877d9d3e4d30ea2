import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { HeaderSource } from '../../model/provider/rate-limit.js'
import { apiError, traitsOf } from './sdk/api-error.js'

/** Where the APIs of models put what they made. */
const RESULTS = ['choices', 'candidates', 'data', 'output', 'outputs', 'result', 'results', 'images']
const STATUSES = ['code', 'status', 'statusCode', 'status_code']
const QUOTE_CHARS = 500

/**
 * The error that an answer with a status of success is, as gateways send it when the service after them has failed:
 * `{ "error": … }` and no result. It means what its status means, or else what its words mean; `undefined` for any
 * other answer.
 */
export function errorAnswer(answer: JsonValue | undefined, headers: HeaderSource): ProviderError | undefined {
  if (!isJsonObject(answer) || RESULTS.some(name => (answer[name] ?? null) !== null)) return undefined
  const { error } = answer
  if (!isJsonObject(error) && (typeof error !== 'string' || error === '')) return undefined
  const status = statusIn(isJsonObject(error) ? error : {}) ?? statusIn(answer)
  const body = JSON.stringify(answer)
  const meant = apiError({ status: status ?? 400, headers }, body)
  if (status === 401) return meant
  const quote = JSON.stringify(error).slice(0, QUOTE_CHARS)
  const message = `The answer has a status of success, and is an error: ${quote}`
  // Words that say nothing known say that something failed, not that the request is wrong.
  if (status === undefined && meant.code === 'invalid')
    return new ProviderError('overloaded', message, { answer: body })
  return new ProviderError(meant.code, message, { answer: body, ...traitsOf(meant) })
}

function statusIn(holder: JsonObject): number | undefined {
  return STATUSES.map(name => Number(holder[name] ?? Number.NaN)).find(
    status => Number.isInteger(status) && status >= 400 && status < 600,
  )
}
