import { connectionFailure } from '../../../model/provider/failure/connection-failure.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import { shortageCause } from '../../../model/shortage/shortage-of.js'
import { VALUE_LIMIT_BYTES } from '../../../model/value-limits.js'
import { lossyText } from './body-text.js'
import { followRedirects, redirectOf } from './follow-redirects.js'
import { withoutUserInfo } from './user-info.js'
import { wholeFetch } from './whole-fetch.js'

/** Of the body of a response that is no success. */
export const ERROR_BODY_LIMIT_BYTES = 256 * 1024

export interface HttpRequest {
  readonly url: URL
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Go to the origin of this URL and to no other, also not by a redirect. */
  readonly credentials?: { readonly origin: string; readonly headers: Readonly<Record<string, string>> }
  readonly body?: NonNullable<RequestInit['body']>
  readonly signal: AbortSignal
  /** @default the `fetch` of Node, which gives up after five minutes of silence */
  readonly fetch?: typeof fetch
}

/** @throws ProviderError `invalid` for anything but an absolute http or https URL */
export function webUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new ProviderError('invalid', `${what} must be an http or https URL, got "${text.slice(0, 200)}".`)
}

/**
 * `fetch` that knows whom it tells a key ({@link followRedirects}).
 * @throws ProviderError `network`, `timeout`, `invalid`; the signal's reason
 */
export async function httpFetch(request: HttpRequest): Promise<Response> {
  const { url, method = 'GET', credentials, body, signal, fetch = wholeFetch } = request
  const headers = {
    ...request.headers,
    ...(credentials?.origin === url.origin && credentials.headers),
  }
  let at = url
  const response = await followRedirects({ url, headers }, method, async hop => {
    at = hop.url
    const open = withoutUserInfo(hop.url)
    const init = { method, signal, ...(body !== undefined && { body }) }
    const said = { ...open.headers, ...hop.headers }
    return await fetch(open.url, { ...init, headers: said, redirect: 'manual' }).catch(error => {
      throw connectionError(error, signal, hop.url.origin)
    })
  })
  const target = redirectOf(response, at)
  if (target === undefined) return response
  await response.body?.cancel()
  throw new ProviderError(
    'invalid',
    `${method} ${url.origin}${url.pathname} is redirected to ${withoutQuery(target)}, which is not followed. Ask the service for the address that is meant.`,
  )
}

/** A query may hold a key. */
const withoutQuery = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`

/** What went wrong between us and a service, without a cause that a client library would take for its own to repair. */
export function connectionError(
  error: unknown,
  signal: AbortSignal | null | undefined,
  origin: string,
): unknown {
  if (signal?.aborted) {
    return isTimeout(signal.reason)
      ? new ProviderError('timeout', `${origin} did not answer.`)
      : signal.reason
  }
  if (!(error instanceof TypeError)) return error
  const { cause } = error
  // A header or a body that cannot be sent has no cause.
  if (cause === undefined) return new ProviderError('invalid', error.message)
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : error.message
  const { message, traits } = connectionFailure(cause, `The connection to ${origin} failed: ${reason}`)
  return new ProviderError('network', message, { ...traits, cause: shortageCause(cause) })
}

/** In words, for messages. */
export const originOf = ({ url }: Response): string => (url === '' ? 'the service' : new URL(url).origin)

const isTimeout = (reason: unknown) => reason instanceof Error && reason.name === 'TimeoutError'

/** The beginning of a failed response's body: the rest is of no use to anybody. */
export async function errorText(response: Response, signal: AbortSignal | null | undefined): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  try {
    // Leaving the loop cancels the rest.
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      chunks.push(chunk)
      sizeBytes += chunk.byteLength
      if (sizeBytes >= ERROR_BODY_LIMIT_BYTES) break
    }
  } catch (error) {
    // What has come, and the status, say enough.
    if (signal?.aborted) throw connectionError(error, signal, 'the service')
  }
  const bytes = Buffer.concat(chunks).subarray(0, ERROR_BODY_LIMIT_BYTES)
  return lossyText(bytes, response.headers.get('content-type'))
}

/** The body of a response, whole. @throws ProviderError `network`, `too_large` */
export async function bodyBytes(response: Response, signal: AbortSignal | null | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      sizeBytes += chunk.byteLength
      if (sizeBytes > VALUE_LIMIT_BYTES) {
        throw new ProviderError('too_large', `The response has more than ${VALUE_LIMIT_BYTES} bytes.`)
      }
      chunks.push(chunk)
    }
  } catch (error) {
    throw connectionError(error, signal, originOf(response))
  }
  return Buffer.concat(chunks)
}
