import { causeChain } from '../../../model/error/cause-chain.js'
import { statusOfRpc } from '../../../model/provider/failure/rpc-status.js'

/** The response of a service that a client library has turned into an exception. */
export interface ThrownResponse {
  readonly status: number
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** What the service said, for its well-known words; cut. */
  readonly body: string
}

/** Characters of a body that are searched for words and delays. */
const BODY_CHARS = 20_000
/** Where libraries keep what the service said: OpenAI, Anthropic · AI SDK · fetch wrappers, got · axios, ofetch. */
const BODIES = ['error', 'responseBody', 'body', 'data'] as const

type Fields = Readonly<Record<string, unknown>>

/**
 * The failed response (a status of 400 to 599) that an exception of a client library tells of, or one below it: as
 * `status` or `statusCode` of the error itself (OpenAI, Anthropic, AI SDK, Mistral, undici), of its `response` (axios,
 * got, ky, Replicate, Octokit), in `$metadata` (AWS), as a `code` of HTTP (gaxios) or of gRPC. Undefined when there is none. Never throws.
 */
export function thrownResponse(thrown: unknown): ThrownResponse | undefined {
  try {
    for (const link of causeChain(thrown)) {
      const found = responseIn(link as Fields)
      if (found !== undefined) return found
    }
  } catch {
    // A property that throws when it is read.
  }
  return undefined
}

/** Errors of AWS of which a status of 400, or none, does not say that one was too many. */
const THROTTLED =
  /^(?:Throttl\w*|TooManyRequests\w*|RequestLimitExceeded|SlowDown|\w*ThroughputExceededException)$/

function responseIn(error: Fields): ThrownResponse | undefined {
  const response = fieldsOf(error.response) ?? fieldsOf(error.$response) ?? {}
  const said = [
    error.status,
    error.statusCode,
    response.status,
    response.statusCode,
    fieldsOf(error.$metadata)?.httpStatusCode,
    error.code,
  ]
    .map(statusOf)
    .find(status => status !== undefined)
  const isThrottled = (said ?? 400) === 400 && THROTTLED.test(String(error.name))
  const status = isThrottled ? 429 : (said ?? rpcStatus(error))
  if (status === undefined) return undefined
  const headers = [response.headers, error.headers, error.responseHeaders].map(plainHeaders)
  const bodies = [error, response].flatMap(each => BODIES.map(name => textOf(each[name])))
  const message = typeof error.message === 'string' ? error.message : ''
  const body = [message, ...bodies].filter(text => text !== '').join('\n')
  return { status, headers: Object.assign({}, ...headers), body: body.slice(0, BODY_CHARS) }
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value
  return Number.isInteger(status) && (status as number) >= 400 && (status as number) < 600
    ? (status as number)
    : undefined
}

/** A `ServiceError` of gRPC: its code, with details and metadata. */
const rpcStatus = ({ code, details, metadata }: Fields): number | undefined =>
  typeof code === 'number' && typeof details === 'string' && metadata !== undefined
    ? statusOfRpc(code)
    : undefined

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null ? (value as Fields) : undefined

/** `Headers`, a `Map`, or an object with names in any case; a list of values becomes one. */
function plainHeaders(value: unknown): Record<string, string> {
  const source = fieldsOf(value)
  if (source === undefined) return {}
  const isIterable = source instanceof Headers || source instanceof Map
  const entries: Iterable<[unknown, unknown]> = isIterable
    ? (source as Iterable<[unknown, unknown]>)
    : Object.entries(source)
  const headers: Record<string, string> = {}
  for (const [name, text] of entries)
    if (typeof text === 'string' || typeof text === 'number' || Array.isArray(text))
      headers[String(name).toLowerCase()] = String(text)
  return headers
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  const fields = fieldsOf(value)
  // A body that is a stream, or bytes, has nothing to read here.
  if (fields === undefined || fields instanceof Error || ArrayBuffer.isView(fields)) return ''
  const isPlain = Array.isArray(fields) || [Object.prototype, null].includes(Object.getPrototypeOf(fields))
  return isPlain ? (JSON.stringify(fields) ?? '') : ''
}
