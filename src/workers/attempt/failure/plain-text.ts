import { MESSAGE_LIMIT_CHARS } from '../../../model/error/error.js'
import { beginningOf } from '../../../model/text/shown-value.js'

/** Removes what must not reach the log from a text. */
export type Redact = (text: string) => string

/** Any value a provider hands over as a text, in words. Never throws, whatever the value does. */
export function plainText(value: unknown): string {
  try {
    if (typeof value === 'object' && value !== null) return objectText(value)
    return String(value)
  } catch {
    return `a ${typeof value} that cannot be read`
  }
}

/** What was thrown; instead of an error that cannot be read (no text, properties that throw), one that says so. */
export function readableError(thrown: unknown): unknown {
  try {
    if (!(thrown instanceof Error)) return thrown
    for (const key of ['code', 'cause', 'errors']) Reflect.get(thrown, key)
    const texts: unknown[] = [thrown.name, thrown.message]
    return texts.every(text => typeof text === 'string') ? thrown : new Error(texts.map(plainText).join(': '))
  } catch {
    return new Error('The provider threw an error that cannot be read.')
  }
}

function objectText(value: object): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`
  return JSON.stringify(value) ?? String(value)
}

/** Redacts before it cuts, so that no half of a secret stays at the cut. */
export function boundedText(text: string, redact: Redact): string {
  const clean = redact(text.slice(0, 10 * MESSAGE_LIMIT_CHARS))
  return clean.length <= MESSAGE_LIMIT_CHARS ? clean : `${beginningOf(clean, MESSAGE_LIMIT_CHARS - 1)}…`
}
