import { isProviderError } from '../../../model/provider/failure/provider-error.js'
import { beginningOf } from '../../../model/text/shown-value.js'
import type { Redact } from './plain-text.js'

/** Characters of an unusable answer that are kept with the failure. */
export const FAILED_ANSWER_LIMIT_CHARS = 16 * 1024

/**
 * The beginning of an answer that was paid for and could not be used, for a person to read: what the provider says it
 * got, or else what it returned.
 */
export function failedAnswer(thrown: unknown, result: unknown, redact: Redact): string | undefined {
  const answer = isProviderError(thrown) ? thrown.answer : undefined
  const text = typeof answer === 'string' ? answer : result === undefined ? undefined : resultText(result)
  if (text === undefined || text === '') return undefined
  // Redacted before it is cut, so that no half of a secret stays at the cut.
  const clean = redact(text.slice(0, 2 * FAILED_ANSWER_LIMIT_CHARS))
  if (clean.length <= FAILED_ANSWER_LIMIT_CHARS) return clean
  return `${beginningOf(clean, FAILED_ANSWER_LIMIT_CHARS - 1)}…`
}

const SHOWN_DEPTH = 16
const SHOWN_ITEMS = 1_000

/** A returned value in words; bytes by their count. Never throws, whatever the value does. */
function resultText(result: unknown): string | undefined {
  try {
    return JSON.stringify(shownPart(result, 0))
  } catch {
    return undefined
  }
}

/** Before JSON is made of it: `JSON.stringify` asks a Buffer for the list of its bytes first. */
function shownPart(value: unknown, depth: number): unknown {
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return value.slice(0, FAILED_ANSWER_LIMIT_CHARS)
  if (typeof value !== 'object' || value === null) return value
  if (depth === SHOWN_DEPTH) return '…'
  if (Array.isArray(value)) return value.slice(0, SHOWN_ITEMS).map(item => shownPart(item, depth + 1))
  const entries = Object.entries(value).slice(0, SHOWN_ITEMS)
  return Object.fromEntries(entries.map(([name, part]) => [name, shownPart(part, depth + 1)]))
}
