import { usualMime } from './mime-alias.js'

/** Names of RFC 6838, with optional parameters. */
const MIME_TYPE =
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(\s*;[\x20-\x7e]{0,200})?$/i

export const isMimeType = (text: unknown): text is string => typeof text === 'string' && MIME_TYPE.test(text)

/** `Text/HTML; charset=utf-8` → `text/html` */
export const mimeEssence = (mimeType: string): string => mimeType.split(';', 1)[0]!.trim().toLowerCase()

/** The essence under its usual name: `audio/x-wav; rate=8000` → `audio/wav` */
export const mimeName = (mimeType: string): string => usualMime(mimeEssence(mimeType))

/** Whether bytes of type `actual` satisfy a request for `requested`, which may be `image/*`; by whatever name. */
export function mimeMatches(requested: string, actual: string): boolean {
  const wanted = mimeName(requested)
  const got = mimeName(actual)
  return wanted === got || (wanted.endsWith('/*') && got.startsWith(wanted.slice(0, -1)))
}

/** Types whose bytes are text, so that a string is a fine way to give them. */
export function isTextMime(mimeType: string): boolean {
  return /^text\/|\+(xml|json)$|^application\/(json|xml|yaml|x-ndjson)$/.test(mimeName(mimeType))
}

/** Types of which no bytes at all are nothing: pictures, sound, films, fonts, models, documents. */
export function isMediaMime(mimeType: string): boolean {
  return /^(image|audio|video|font|model)\/|^application\/(pdf|zip|gzip)$/.test(mimeName(mimeType))
}

/** `text/plain; charset="ISO-8859-1"` → `iso-8859-1` */
export const charsetOf = (mimeType: string): string | undefined =>
  /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(mimeType)?.[1]?.toLowerCase()
