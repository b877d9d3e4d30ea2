import { charsetOf, isMediaMime, isTextMime, mimeEssence, mimeMatches, mimeName } from './mime-type.js'
import { looksLikeText, type SniffedTypes, sniffType } from './sniff-type.js'

/** Object stores often know nothing about what they hold. */
const SAYS_NOTHING = new Set([
  '',
  'application/octet-stream',
  'binary/octet-stream',
  'application/binary',
  'application/x-binary',
  'application/unknown',
  'application/force-download',
  'application/x-download',
  '*/*',
])

/** True for a type that is no statement about what the bytes are. */
export const saysNothing = (mimeType: string): boolean => SAYS_NOTHING.has(mimeEssence(mimeType))

/**
 * The type under which bytes are kept: the one that was asked for, unless the bytes clearly are something else.
 * Undefined when they are no result: a page or a message where a picture, sound or film was asked for.
 *
 * @param asked the output's type in the blueprint; may be `image/*`
 * @param said what the service or the provider calls the bytes
 * @param head their beginning; absent: only the names count
 */
export function trueType(asked: string, said: string, head: Uint8Array | undefined): string | undefined {
  if (head === undefined) return mimeMatches(asked, said) || saysNothing(said) ? named(asked, said) : said
  const sniffed = sniffType(head)
  if (isMessage(asked, said, head, sniffed)) return undefined
  const isBinary = sniffed !== undefined && !isTextMime(sniffed[0])
  if (sniffed === undefined || (isTextMime(asked) && !isBinary)) return named(asked, said)
  return sniffedType(asked, said, sniffed)
}

/** The name that was asked for, with what is said of charset and codecs. */
function named(asked: string, said: string): string {
  const isWildcard = asked.endsWith('/*')
  if (mimeMatches(asked, said)) return withParameters(isWildcard ? mimeName(said) : asked, said)
  if (!isWildcard) return isTextMime(asked) && charsetOf(said) ? withParameters(asked, said) : asked
  if (isTextMime(asked)) return isTextMime(said) ? said : 'text/plain'
  return saysNothing(said) ? 'application/octet-stream' : said
}

function sniffedType(asked: string, said: string, sniffed: SniffedTypes): string {
  if (mimeEssence(asked) === 'application/octet-stream') return asked
  const isOf = (type: string) => sniffed.includes(mimeName(type)) || isInZip(sniffed, mimeName(type))
  const isWildcard = asked.endsWith('/*')
  if (!isWildcard && isOf(asked)) return named(asked, said)
  if (isOf(said) && (!isWildcard || mimeMatches(asked, said))) return withParameters(mimeName(said), said)
  return sniffed.find(type => mimeMatches(asked, type)) ?? sniffed[0]
}

/** Many formats are a ZIP archive inside. */
const isInZip = ([type]: SniffedTypes, name: string): boolean =>
  type === 'application/zip' && /^(application|model)\//.test(name) && !isTextMime(name) && !saysNothing(name)

/** A page or a message of a service in place of a file, or of data. */
function isMessage(
  asked: string,
  said: string,
  head: Uint8Array,
  sniffed: SniffedTypes | undefined,
): boolean {
  const isMedia = isMediaMime(asked)
  if (isMedia && sniffed === undefined && !isTextMime(asked) && isWords(head)) return true
  if (sniffed?.[0] === 'text/html') return isMedia || /\bjson$/.test(mimeName(asked))
  if (sniffed !== undefined || !isMedia || isTextMime(asked)) return false
  return isTextMime(said) && !mimeMatches(asked, said) && head.byteLength > 0 && looksLikeText(head)
}

/** JSON, XML or a few words, as services put their errors: no picture, sound or film begins so. */
function isWords(head: Uint8Array): boolean {
  const text = Buffer.from(head.subarray(0, 64)).toString('latin1').trimStart()
  if (!looksLikeText(head)) return false
  return /^(\{\s*["}]|\[\s*[{"\]]|<\?xml|<[A-Za-z][\w:-]*[\s/>])/.test(text) || GATEWAY.test(text)
}

const GATEWAY =
  /^(?:error code: \d|upstream \w|no healthy upstream|bad gateway|gateway time-?out|service unavailable|internal server error|access denied|not found\b|too many requests)/i

/** A charset says something about a text alone. */
function withParameters(type: string, said: string): string {
  const [, own = ''] = parts(type)
  const [, others = ''] = parts(said)
  const kept = isTextMime(type) ? others : others.replace(/\s*;?\s*charset\s*=\s*("[^"]*"|[^;]*)/i, '')
  const text = (charsetOf(own) !== undefined && charsetOf(kept) === undefined ? own : kept || own).replace(
    /^[;\s]+/,
    '',
  )
  return text === '' ? mimeEssence(type) : `${mimeEssence(type)}; ${text}`
}

const parts = (mimeType: string): readonly [string, string?] => {
  const at = mimeType.indexOf(';')
  return at === -1 ? [mimeType] : [mimeType.slice(0, at), mimeType.slice(at)]
}
