import { BlobHead } from '../../../model/media/blob-head.js'
import { FileEnd } from '../../../model/media/file-end.js'
import { mimeOfName } from '../../../model/media/file-extension.js'
import { isMediaMime, isMimeType } from '../../../model/media/mime-type.js'
import { saysNothing, trueType } from '../../../model/media/true-type.js'
import type { BlobRef } from '../../../model/movie/event.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import { responseError } from '../../../model/provider/failure/response-error.js'
import type { OutputValue, ProduceContext } from '../../../model/provider/provider.js'
import { retrying } from '../remote/retrying.js'
import { base64Bytes } from './base64-bytes.js'
import { lossyText } from './body-text.js'
import { FileUnavailableError, unavailable } from './file-unavailable-error.js'
import { connectionError, errorText, type HttpRequest, httpFetch, originOf, webUrl } from './http-fetch.js'

/** How often one file that a service has made is fetched before the attempt fails. */
export const DOWNLOAD_ATTEMPTS = 6

export interface DownloadOptions {
  /** The output's MIME type in the blueprint. */
  readonly type: string
  /** What the service says of the file, where its server says nothing. */
  readonly hint?: string | undefined
  readonly credentials?: HttpRequest['credentials'] | undefined
  /** Before the second try. */
  readonly retryMs: number
  /** The file was made a while ago: what is missing now does not appear in a second. */
  readonly isOld?: boolean | undefined
}

/** A file that stops in the middle of what it says it has, though its connection did not break. */
class CutFileError extends ProviderError {
  readonly blob: BlobRef

  constructor(place: string, blob: BlobRef) {
    super('network', `Of ${place} only the beginning came, ${blob.sizeBytes} bytes.`)
    this.blob = blob
  }
}

/** Tries at a file that is not new before it counts as unavailable. */
const OLD_FILE_ATTEMPTS = 2

/**
 * A file that a service has made, streamed into a blob; `data:` URLs as well. A failed download is repeated by
 * itself: what is downloaded is paid for.
 * @throws ProviderError `network`, `overloaded`; {@link FileUnavailableError}
 */
export async function download(
  address: string,
  options: DownloadOptions,
  context: ProduceContext,
): Promise<OutputValue> {
  if (/^data:/i.test(address)) return await dataUrl(address, options)
  const url = webUrl(address, 'The address of a file')
  const budget = { attempts: DOWNLOAD_ATTEMPTS, baseMs: options.retryMs }
  let cut: BlobRef | undefined
  let unavailableCount = 0
  return await retrying(`The download from ${url.origin}`, budget, context, () =>
    fetchFile(url, options, context).catch(error => {
      if (error instanceof CutFileError) {
        const before = cut
        cut = error.blob
        if (before?.hash !== cut.hash) throw error
        // The same twice is what the service has, and has been paid for.
        context.log('warn', `${error.message} The service has no more of it; it is kept.`)
        return cut as OutputValue
      }
      const isLast = options.isOld === true && ++unavailableCount >= OLD_FILE_ATTEMPTS
      throw isLast && error instanceof FileUnavailableError ? error.final() : error
    }),
  )
}

async function fetchFile(url: URL, options: DownloadOptions, context: ProduceContext): Promise<OutputValue> {
  const { signal } = context
  const { credentials } = options
  const response = await httpFetch({ url, signal, ...(credentials && { credentials }) })
  const place = `${url.origin}${url.pathname}`
  if (!response.ok) {
    const body = await errorText(response, signal)
    const fault = unavailable(place, response.status, body)
    if (fault !== undefined) throw fault
    const { code, message, retryAfterMs } = responseError(response, body)
    // The place where a file lies says nothing about the job that made it: the next attempt asks for a new address.
    const kept = code === 'rate_limited' || code === 'timeout' ? code : 'overloaded'
    throw new ProviderError(kept, `The download of ${place} failed: ${message}`, {
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    })
  }
  const end = new FileEnd()
  const blob = await storeBody(response, options, context, url, end)
  if (end.isCut) throw new CutFileError(place, blob)
  return blob as OutputValue
}

/**
 * Streams a body into a blob. Tells a stream that broke off from a store that takes no more.
 * @throws ProviderError `network` for a part of a body; {@link FileUnavailableError} for a body that is no such file
 */
export async function storeBody(
  response: Response,
  options: Pick<DownloadOptions, 'type' | 'hint'>,
  context: ProduceContext,
  url?: URL,
  end?: FileEnd,
): Promise<BlobRef> {
  const place = url === undefined ? 'the answer' : `${url.origin}${url.pathname}`
  const said = fileType(options, response, url)
  const head = new BlobHead()
  let broken: unknown
  const chunks = async function* () {
    try {
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        end?.add(chunk)
        yield chunk
      }
    } catch (error) {
      broken = connectionError(error, context.signal, originOf(response))
      throw broken
    }
  }
  const blob = await context.blob(head.passed(chunks()) as AsyncIterable<Uint8Array>, said).catch(error => {
    throw broken ?? error
  })
  const promised = promisedBytes(response)
  if (promised !== undefined && promised !== blob.sizeBytes) {
    throw new ProviderError('network', `Of ${place} only ${blob.sizeBytes} of ${promised} bytes came.`)
  }
  if (response.status === 206 && /\/\*$/.test(response.headers.get('content-range') ?? ''))
    throw new ProviderError('network', `Of ${place} only a part came, which nobody asked for.`)
  const { type } = options
  if (blob.sizeBytes === 0 && isMediaMime(type))
    throw new FileUnavailableError('unusable', `What came from ${place} for ${type} has 0 bytes.`)
  if (trueType(type, said, head.bytes) === undefined)
    throw new FileUnavailableError(
      'unusable',
      `What came from ${place} for ${type} is a page or a message (${said}).`,
      false,
      lossyText(head.bytes, said),
    )
  return blob
}

/** Nothing but the end of the connection says where the body ends, which may be anywhere. */
export const isOpenEnded = ({ headers }: Response): boolean =>
  !['content-length', 'transfer-encoding', 'content-encoding'].some(name => headers.has(name))

/** The length of a file as its server says it; undefined when it is compressed on the way. */
function promisedBytes({ status, headers }: Response): number | undefined {
  // A part that nobody asked for (RFC 9110, 14.4).
  const ofWhole = status === 206 && /^bytes \d+-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '')
  if (ofWhole) return Number(ofWhole[1])
  const length = headers.get('content-length')
  if (length === null || !/^\d+$/.test(length)) return undefined
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? ''
  return encoding === '' || encoding === 'identity' ? Number(length) : undefined
}

async function dataUrl(address: string, options: DownloadOptions): Promise<OutputValue> {
  const response = await fetch(address).catch(() => leniently(address))
  if (response === undefined)
    throw new ProviderError('bug', 'The service answered with a data URL that cannot be read.')
  const bytes = new Uint8Array(await response.arrayBuffer())
  return { bytes, mimeType: fileType(options, response) }
}

/** Data URLs in the other alphabet of base64. */
function leniently(address: string): Response | undefined {
  const comma = address.indexOf(',')
  const [type = '', ...parameters] = address.slice('data:'.length, Math.max(0, comma)).split(';')
  if (!parameters.includes('base64')) return undefined
  const bytes = base64Bytes(address.slice(comma + 1))
  return bytes && new Response(new Uint8Array(bytes), { headers: { 'content-type': type } })
}

/** The type of the bytes in a response, as far as it says; what they are is seen when they are there. */
function fileType(
  { type, hint }: Pick<DownloadOptions, 'type' | 'hint'>,
  response: Response,
  url?: URL,
): string {
  const byName = url === undefined ? undefined : mimeOfName(url.pathname)
  const candidates = [response.headers.get('content-type'), hint, byName]
  const said = candidates.find(
    candidate => typeof candidate === 'string' && isMimeType(candidate) && !saysNothing(candidate),
  )
  return said ?? (type.endsWith('/*') ? 'application/octet-stream' : type)
}
