import { isJsonObject, type JsonValue } from '../../../model/json.js'
import { isTextMime } from '../../../model/media/mime-type.js'
import { SNIFF_BYTES, sniffType } from '../../../model/media/sniff-type.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { OutputRequest, OutputValue, ProduceContext } from '../../../model/provider/provider.js'
import { base64Bytes } from '../fetch/base64-bytes.js'
import { type DownloadOptions, download } from '../fetch/download.js'
import { textOutput } from '../text-output.js'

/** How a service hands over what it made; `auto`: by the output's type. */
type Handover = 'auto' | 'value' | 'base64' | 'url'

export interface OutputSource extends Pick<DownloadOptions, 'credentials' | 'retryMs' | 'isOld'> {
  readonly handover?: Handover
  /** Addresses without an origin, such as `/files/1.png`, are relative to this one. */
  readonly base?: URL
}

/**
 * An output from what a service's JSON holds for it: a value, a URL or a file object `{ url }` to download,
 * base64. Elements of an output with `count` come from a list of that length.
 * @throws ProviderError `bug` when it does not fit
 */
export async function remoteOutput(
  name: string,
  { type, count }: OutputRequest,
  found: JsonValue | undefined,
  source: OutputSource,
  context: ProduceContext,
): Promise<OutputValue> {
  if (found === undefined || found === null) throw misfit(name, 'nothing')
  if (count === undefined)
    return await element(name, type, single(name, type, found, context), source, context)
  if (!Array.isArray(found)) throw misfit(name, `one value; expected a list of ${count}`)
  if (found.length !== count) throw misfit(name, `a list of ${found.length}; expected ${count}`)
  const list: OutputValue[] = []
  for (const [index, item] of found.entries())
    list.push(await element(`${name}[${index}]`, type, item, source, context))
  return list as OutputValue
}

/** Models that make several files when one is asked for are paid for all the same: the first one counts. */
function single(name: string, type: string, found: JsonValue, context: ProduceContext): JsonValue {
  if (!Array.isArray(found) || type === 'json') return found
  if (found.every(item => typeof item === 'string') && (type === 'text' || !isFileList(found)))
    return found.join('')
  if (found.length > 1)
    context.log('warn', `Output "${name}": the service made ${found.length}; the first is kept.`)
  return found[0] ?? null
}

const isFileList = (list: readonly JsonValue[]): boolean => list.some(item => isAddress(item))
const isAddress = (value: JsonValue): value is string =>
  typeof value === 'string' && /^(https?:\/\/|data:)/i.test(value)

async function element(
  name: string,
  type: string,
  value: JsonValue,
  source: OutputSource,
  context: ProduceContext,
): Promise<OutputValue> {
  const { handover = 'auto', credentials, retryMs, isOld } = source
  if (!type.includes('/')) return plainValue(name, type, value)
  const file = handover === 'value' ? undefined : fileOf(type, value, source)
  if (file !== undefined && (handover !== 'base64' || /^data:/i.test(file.url))) {
    return await download(file.url, { type, hint: file.mimeType, credentials, retryMs, isOld }, context)
  }
  if (handover === 'base64') return { bytes: base64(name, value), mimeType: said(type) }
  if (isTextMime(type) && handover !== 'url') return typeof value === 'string' ? value : JSON.stringify(value)
  const bytes = handover === 'auto' ? bareBase64(value) : undefined
  if (bytes !== undefined) return { bytes, mimeType: said(type) }
  throw misfit(name, `${kindOf(value)}; expected the URL of a file`)
}

/** Nobody says what the bytes are; the blueprint may. */
const said = (type: string): string => (type.endsWith('/*') ? 'application/octet-stream' : type)

/** Base64 of something that is clearly a file. */
function bareBase64(value: JsonValue): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined
  return sniffType(Buffer.from(value.slice(0, SNIFF_BYTES), 'base64')) && base64Bytes(value)
}

function fileOf(
  type: string,
  value: JsonValue,
  { handover, base }: OutputSource,
): { url: string; mimeType?: string } | undefined {
  const isFile = isJsonObject(value)
  const said = isFile ? value.url : value
  if (typeof said !== 'string') return undefined
  const isMeant = isFile || handover === 'url'
  const url = fileAddress(said, isMeant, isTextMime(type) ? undefined : base)
  if (url === undefined) return undefined
  const mimeType = isFile ? value.content_type : undefined
  return typeof mimeType === 'string' ? { url, mimeType } : { url }
}

/** The address that a text is. @param isMeant it can be nothing else */
function fileAddress(text: string, isMeant: boolean, base: URL | undefined): string | undefined {
  const address = text.trim()
  if (isAddress(address)) return address
  // The base64 of a JPEG begins with a slash, too.
  const isRelative = /^\.{0,2}\//.test(address) && (isMeant || bareBase64(text) === undefined)
  return isRelative && base !== undefined && URL.canParse(address, base.href)
    ? new URL(address, base).href
    : undefined
}

function plainValue(name: string, type: string, value: JsonValue): JsonValue {
  if (type === 'json') return value
  if (typeof value === 'string') return textOutput(name, type, value)
  if (type === 'text') return typeof value === 'object' ? JSON.stringify(value) : String(value)
  return value
}

function base64(name: string, value: JsonValue): Uint8Array {
  const bytes = typeof value === 'string' ? base64Bytes(value) : undefined
  if (bytes !== undefined) return bytes
  throw misfit(name, `${kindOf(value)}; expected base64`)
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  return typeof value === 'object'
    ? `an object with ${Object.keys(value).slice(0, 5).join(', ')}`
    : `a ${typeof value}`
}

const misfit = (name: string, what: string) =>
  new ProviderError('bug', `Output "${name}": the service's answer has ${what}.`)
