import { causeChain } from '../../../model/error/cause-chain.js'
import { isShowrunnerError, type ShowrunnerError } from '../../../model/error/error.js'
import type { JobErrorCode } from '../../../model/error/job-error-code.js'
import { isWorkerLost } from '../../../model/error/worker-lost-error.js'
import type { JobError } from '../../../model/movie/event.js'
import { connectionFailure } from '../../../model/provider/failure/connection-failure.js'
import { isProviderError, type ProviderError } from '../../../model/provider/failure/provider-error.js'
import { responseError } from '../../../model/provider/failure/response-error.js'
import { setupFault } from '../../../model/provider/failure/setup-fault.js'
import { RETRY_AFTER_LIMIT_MS, readRetryDelayMs } from '../../../model/provider/read-rate-limits.js'
import { SHORTAGE_WAY_OUT } from '../../../model/shortage/shortage.js'
import { shortageOf } from '../../../model/shortage/shortage-of.js'
import { ownFrames } from './own-frames.js'
import { boundedText, plainText, type Redact } from './plain-text.js'
import { type ThrownResponse, thrownResponse } from './thrown-response.js'
import { toldStatus } from './told-status.js'

/**
 * Codes that blame the connection, not the request. By families, since there are too many for a list: of the
 * operating system's sockets, of resolvers (c-ares), of Node's HTTP parser, HTTP/2, TLS and streams, of undici, and
 * of client libraries.
 */
const NETWORK_CODES = [
  /^E(CONN|NET|HOST|ADDRNOTAVAIL$|NOTCONN$|PIPE$|PROTO$|SHUTDOWN$|TIMEDOUT$|TIMEOUT$|AI_)/,
  /^E(NOTFOUND|SERVFAIL|REFUSED|BADRESP|NODATA|SOCKETTIMEDOUT)$/,
  /^(HPE_|ERR_HTTP2_(?!INVALID_|HEADERS_|STATUS_|PSEUDO)|ERR_SSL_|ERR_TLS_HANDSHAKE_TIMEOUT$|ERR_SOCKET_C)/,
  /^(ERR_STREAM_PREMATURE_CLOSE|ERR_NETWORK|ERR_HTTP_REQUEST_TIMEOUT)$/,
  /^UND_ERR_(?!INVALID_ARG$|NOT_SUPPORTED$)/,
]
/** Of client libraries whose errors carry neither a code nor a status: OpenAI, Anthropic · Mistral. */
const NETWORK_NAMES = new Set(['APIConnectionError', 'ConnectionError'])
const TIMEOUT_NAMES = new Set(['TimeoutError', 'APIConnectionTimeoutError', 'RequestTimeoutError'])

/**
 * What the log keeps of anything a provider threw: a code that decides about a retry, and a bounded
 * message. Never a stack, which may quote a request.
 */
export function toJobError(error: unknown, redact: Redact): JobError {
  const job = classify(error)
  return { ...job, message: boundedText(plainText(job.message), redact) }
}

function classify(error: unknown): JobError {
  const shortage = shortageOf(error)
  // A store's own message names the file and what to do.
  if (shortage === undefined || isShowrunnerError(error)) return classified(error)
  const message = `${classified(error).message} ${SHORTAGE_WAY_OUT[shortage]}`
  return { code: 'overloaded', message, isUnserved: true }
}

function classified(error: unknown): JobError {
  if (isProviderError(error)) {
    const { code, message } = error
    const retryAfterMs = askedMs(error)
    return {
      code,
      message,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      // An older copy of this package says neither.
      ...(error.isUnserved === true && { isUnserved: true }),
      ...(error.isOfSetup === true && { isOfSetup: true }),
    }
  }
  if (isShowrunnerError(error)) {
    return { code: storageErrorCode(error), message: `${error.code}: ${error.message}` }
  }
  if (isWorkerLost(error)) return { code: 'worker_lost', message: error.message }
  const response = thrownResponse(error)
  if (response !== undefined) return refusalOf(response, error)
  if (!(error instanceof Error)) {
    return { code: 'bug', message: `The provider threw ${describeThrown(error)}, expected an Error.` }
  }
  const network = networkCause(error)
  if (network !== undefined) {
    const detail = network === error ? error.message : `${error.message}: ${network.message}`
    const { message, traits } = connectionFailure(network, detail)
    return { code: 'network', message, ...traits }
  }
  if (isNamed(error, TIMEOUT_NAMES)) return { code: 'timeout', message: error.message }
  if (isNamed(error, NETWORK_NAMES)) return { code: 'network', message: error.message }
  const told = toldStatus(error.message)
  if (told !== undefined) return refusalOf({ status: told, headers: {}, body: error.message }, error)
  return { code: 'bug', message: [`${error.name}: ${error.message}`, ...ownFrames(error)].join(', at ') }
}

/** As {@link responseError} has it. The words of a 401 are not kept: services repeat the key in them. */
function refusalOf(response: ThrownResponse, thrown: unknown): JobError {
  const { status, headers, body } = response
  const { code, retryAfterMs, isUnserved, isOfSetup } = responseError({ status, headers }, body)
  const said = plainText((thrown as { message?: unknown }).message ?? '')
  const quoted = said.includes(String(status)) ? said : [`HTTP ${status}`, said].filter(Boolean).join(': ')
  return {
    code,
    message: status === 401 ? 'HTTP 401: the service refused the API key.' : quoted,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(isUnserved && { isUnserved }),
    ...(isOfSetup && { isOfSetup }),
  }
}

const isNamed = (error: Error, names: ReadonlySet<string>): boolean =>
  names.has(error.name) || names.has(error.constructor?.name)

/** How long to wait before the next call, as the provider says, or as the service's words say that it quotes. */
function askedMs({ code, message, retryAfterMs }: ProviderError): number | undefined {
  if (typeof retryAfterMs === 'number' && retryAfterMs >= 0)
    return Math.min(retryAfterMs, RETRY_AFTER_LIMIT_MS)
  const isRefusal = code === 'rate_limited' || code === 'overloaded'
  return isRefusal ? readRetryDelayMs({}, message, Date.now()) : undefined
}

/** Problems with a store's files that the next attempt will meet again. */
const LASTING_ERRNOS = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EEXIST',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
])

/** A store that did not answer may answer the next attempt; a full, closed or damaged one will not. */
function storageErrorCode({ code, details }: ShowrunnerError): JobErrorCode {
  return code === 'STORE_FAILED' && !LASTING_ERRNOS.has(String(details?.errno)) ? 'network' : 'bug'
}

function networkCause(error: Error): Error | undefined {
  for (const link of causeChain(error)) {
    const { code } = link as NodeJS.ErrnoException
    if (typeof code === 'string' && (isNetworkCode(code) || setupFault({ code }))) return link as Error
  }
  return undefined
}

const isNetworkCode = (code: string): boolean => NETWORK_CODES.some(family => family.test(code))

function describeThrown(value: unknown): string {
  if (typeof value === 'string') return `the string "${value}"`
  if (typeof value !== 'object' || value === null) return plainText(value)
  const { message } = value as { message?: unknown }
  return `an object${typeof message === 'string' ? ` with the message "${message}"` : ` ${plainText(value)}`}`
}
