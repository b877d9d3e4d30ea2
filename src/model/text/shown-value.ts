const MESSAGE_CHARS = 60

/** The first half of a surrogate pair, which stands for one character. */
const isFirstHalf = (code: number): boolean => code >= 0xd800 && code < 0xdc00

/** What a text begins with: at most so many UTF-16 units, and no half of a character at the end. */
export function beginningOf(text: string, limit: number): string {
  if (text.length <= limit) return text
  return text.slice(0, isFirstHalf(text.charCodeAt(limit - 1)) ? limit - 1 : limit)
}

/** The text, or its beginning and `…`. */
export const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${beginningOf(text, limit)}…`

/** As messages show a long text. */
export const shortened = (text: string): string => cut(text, MESSAGE_CHARS)

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  return typeof value === 'string' ? JSON.stringify(shortened(value)) : shortened(String(value))
}
