import type { JsonValue } from '../json.js'

/** A text without these, long digits or a large exponent, has no number that JavaScript would change. */
const SUSPECT = /(?<![.\d])\d{16}|\d[eE]\+?\d{3}/
/** What a scan of valid JSON stops at: a string, or a number. */
const STRING_OR_NUMBER = /"|-?\d[\d.eE+-]*/g

/**
 * Reads JSON without changing a number in silence. A number that is written out in digits and lies beyond
 * ±(2^53 − 1), such as the 19 digits of an id, becomes the text of its digits; so does one that would be infinite.
 * @throws SyntaxError
 */
export function parseJson(text: string): JsonValue {
  return JSON.parse(exactJsonText(text)) as JsonValue
}

/**
 * The same JSON with the numbers in quotes that `JSON.parse` would change, for readers that parse it themselves. What
 * is not JSON stays as it is.
 */
export function exactJsonText(text: string): string {
  if (!SUSPECT.test(text) || !isJson(text)) return text
  let exact = ''
  let copied = 0
  STRING_OR_NUMBER.lastIndex = 0
  for (let found = STRING_OR_NUMBER.exec(text); found !== null; found = STRING_OR_NUMBER.exec(text)) {
    const [token] = found
    if (token === '"') STRING_OR_NUMBER.lastIndex = endOfString(text, found.index)
    else if (!isExactNumber(token)) {
      exact += `${text.slice(copied, found.index)}"${token}"`
      copied = STRING_OR_NUMBER.lastIndex
    }
  }
  return exact + text.slice(copied)
}

/**
 * Whether JavaScript keeps a number as it is written. A fraction may lose its last digits, and who writes 6.022e23
 * does not mean every digit, but 1e400 is not without bounds.
 */
export const isExactNumber = (token: string): boolean =>
  /e/i.test(token) ? Number.isFinite(Number(token)) : Math.abs(Number(token)) <= Number.MAX_SAFE_INTEGER

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The position after the quote that closes a string; `start` is that of its first quote. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return end + 1
  }
  return text.length
}
