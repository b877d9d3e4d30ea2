/** Names of RFC 6838, with optional parameters. */
const MIME_TYPE =
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(\s*;[\x20-\x7e]{0,200})?$/i

export const isMimeType = (text: unknown): text is string => typeof text === 'string' && MIME_TYPE.test(text)

/** `Text/HTML; charset=utf-8` → `text/html` */
export const mimeEssence = (mimeType: string): string => mimeType.split(';', 1)[0]!.trim().toLowerCase()

/** Whether bytes of type `actual` satisfy a request for `requested`, which may be `image/*`. */
export function mimeMatches(requested: string, actual: string): boolean {
  const wanted = mimeEssence(requested)
  const got = mimeEssence(actual)
  return wanted === got || (wanted.endsWith('/*') && got.startsWith(wanted.slice(0, -1)))
}

/** Types whose bytes are UTF-8 text, so that a string is a fine way to give them. */
export function isTextMime(mimeType: string): boolean {
  const essence = mimeEssence(mimeType)
  return /^text\/|\+(xml|json)$|^application\/(json|xml|yaml|x-ndjson)$/.test(essence)
}
