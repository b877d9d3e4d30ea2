import { DOWNLOAD_ATTEMPTS } from '../model/limit.js'
import { mimeEssence, mimeMatches } from '../model/mime-type.js'
import type { OutputValue, ProduceContext } from '../model/provider.js'
import { ProviderError } from '../model/provider-error.js'
import { responseError } from '../model/response-error.js'
import { mimeOfName } from './file-extensions.js'
import { FileGoneError } from './file-gone-error.js'
import { connectionError, errorText, type HttpRequest, httpFetch, webUrl } from './http-fetch.js'
import { retrying } from './retrying.js'

export interface DownloadOptions {
  /** The output's MIME type in the blueprint. */
  readonly type: string
  /** What the service says of the file, where its server says nothing. */
  readonly hint?: string | undefined
  readonly credentials?: HttpRequest['credentials'] | undefined
  /** Before the second try. */
  readonly retryMs: number
}

/**
 * A file that a service has made, streamed into a blob; `data:` URLs as well. A failed download is repeated by
 * itself: what is downloaded is paid for.
 * @throws ProviderError `network`, `overloaded`; {@link FileGoneError}
 */
export async function download(
  address: string,
  options: DownloadOptions,
  context: ProduceContext,
): Promise<OutputValue> {
  if (address.startsWith('data:')) return await dataUrl(address, options)
  const url = webUrl(address, 'The address of a file')
  const budget = { attempts: DOWNLOAD_ATTEMPTS, baseMs: options.retryMs }
  return await retrying(`The download from ${url.origin}`, budget, context, () =>
    fetchFile(url, options, context),
  )
}

async function fetchFile(url: URL, options: DownloadOptions, context: ProduceContext): Promise<OutputValue> {
  const { signal } = context
  const { credentials } = options
  const response = await httpFetch({ url, signal, ...(credentials && { credentials }) })
  const place = `${url.origin}${url.pathname}`
  if (response.status === 404 || response.status === 410) {
    await response.body?.cancel()
    throw new FileGoneError(`The file ${place} is not there any more (HTTP ${response.status}).`)
  }
  if (!response.ok) {
    const { code, message, retryAfterMs } = responseError(response, await errorText(response, signal))
    // The place where a file lies has no say about the job that made it: the next attempt asks for its address anew.
    const kept = code === 'rate_limited' || code === 'timeout' ? code : 'overloaded'
    throw new ProviderError(kept, `The download of ${place} failed: ${message}`, {
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    })
  }
  return (await storeBody(response, fileType(options, response, url), context)) as OutputValue
}

/** Tells a stream that broke off from a store that takes no more. */
export async function storeBody(response: Response, mimeType: string, context: ProduceContext) {
  let broken: unknown
  const chunks = async function* () {
    try {
      yield* (response.body ?? []) as AsyncIterable<Uint8Array>
    } catch (error) {
      broken = connectionError(error, context.signal, new URL(response.url).origin)
      throw broken
    }
  }
  return await context.blob(chunks(), mimeType).catch(error => {
    throw broken ?? error
  })
}

async function dataUrl(address: string, options: DownloadOptions): Promise<OutputValue> {
  const response = await fetch(address).catch(() => {
    throw new ProviderError('bug', 'The service answered with a data URL that cannot be read.')
  })
  const bytes = new Uint8Array(await response.arrayBuffer())
  return { bytes, mimeType: fileType(options, response) }
}

/** Object stores often know nothing about what they hold. */
const SAYS_NOTHING = new Set(['', 'application/octet-stream', 'binary/octet-stream'])

/** The type of the bytes in a response, as far as it says. */
export function fileType(
  { type, hint }: Pick<DownloadOptions, 'type' | 'hint'>,
  response: Response,
  url?: URL,
): string {
  const said = response.headers.get('content-type') ?? ''
  if (!SAYS_NOTHING.has(mimeEssence(said))) return said
  const isExact = !type.endsWith('/*')
  const guess = hint ?? (url === undefined ? undefined : mimeOfName(url.pathname))
  if (guess !== undefined && mimeMatches(type, guess)) return guess
  return isExact ? type : 'application/octet-stream'
}
