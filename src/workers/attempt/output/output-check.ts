import { isBlobRef } from '../../../model/blob-ref.js'
import { valueText } from '../../../model/hash.js'
import { isJsonObject, type JsonValue } from '../../../model/json.js'
import { isMediaMime, isMimeType, isTextMime } from '../../../model/media/mime-type.js'
import { trueType } from '../../../model/media/true-type.js'
import type { BlobRef } from '../../../model/movie/event.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import { VALUE_LIMIT_BYTES } from '../../../model/value-limits.js'
import { jsonFault } from './json-fault.js'

/** A returned output that passed its check; `text` is the value's exact stored form. */
export type CheckedOutput =
  | { readonly type: 'value'; readonly value: JsonValue; readonly text: string; readonly sizeBytes: number }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array; readonly mimeType: string }
  | { readonly type: 'blob'; readonly blob: BlobRef }

/** The beginning of a blob that this attempt has stored; undefined for other blobs. */
export type HeadOf = (hash: string) => Uint8Array | undefined

/**
 * Checks one output (or one element of a list) against its type in the blueprint. Bytes are kept under the type
 * that they have, see {@link trueType}.
 * @param label the output's name, with `[index]` for an element
 * @throws ProviderError `bug` for the wrong type, `too_large`
 */
export function checkOutput(label: string, type: string, value: unknown, headOf: HeadOf): CheckedOutput {
  switch (type) {
    case 'text':
      return typeof value === 'string' ? checkedValue(label, value) : wrong(label, 'a string', value)
    case 'number':
      return Number.isFinite(value)
        ? checkedValue(label, value as number)
        : wrong(label, 'a finite number', value)
    case 'boolean':
      return typeof value === 'boolean' ? checkedValue(label, value) : wrong(label, 'true or false', value)
    case 'json': {
      const fault = jsonFault(value)
      if (fault === undefined) return checkedValue(label, value as JsonValue)
      throw new ProviderError('bug', `Output "${label}" must be JSON, but it has ${fault}.`)
    }
    default:
      return checkBytes(label, type, value, headOf)
  }
}

function checkedValue(label: string, value: JsonValue): CheckedOutput {
  const text = valueText(value)
  const sizeBytes = Buffer.byteLength(text)
  if (sizeBytes <= VALUE_LIMIT_BYTES) return { type: 'value', value: ownValue(value, text), text, sizeBytes }
  throw new ProviderError(
    'too_large',
    `Output "${label}" has ${sizeBytes} bytes; a value may have ${VALUE_LIMIT_BYTES}. Give the output a MIME type and return bytes.`,
  )
}

/** The value that was hashed, whatever the provider does to its object from now on. */
function ownValue(value: JsonValue, text: string): JsonValue {
  return typeof value === 'object' ? (JSON.parse(text) as JsonValue) : value
}

function checkBytes(label: string, type: string, value: unknown, headOf: HeadOf): CheckedOutput {
  if (typeof value === 'string' && isTextMime(type)) {
    if (value === '' && isMediaMime(type)) throw noBytes(label, type)
    const mimeType = type.endsWith('/*') ? 'text/plain' : type
    return { type: 'bytes', bytes: Buffer.from(value, 'utf8'), mimeType }
  }
  if (isBlobRef(value)) {
    const { hash, sizeBytes } = value
    const mimeType = keptType(label, type, value.mimeType, sizeBytes, headOf(hash))
    return { type: 'blob', blob: { hash, sizeBytes, mimeType } }
  }
  if (isJsonObject(value)) {
    const { bytes, mimeType } = value as { bytes?: unknown; mimeType?: unknown }
    if (bytes instanceof Uint8Array && isMimeType(mimeType)) {
      return { type: 'bytes', bytes, mimeType: keptType(label, type, mimeType, bytes.byteLength, bytes) }
    }
  }
  return wrong(label, `{ bytes: Uint8Array, mimeType: '${type}' } or the result of context.blob()`, value)
}

function keptType(
  label: string,
  type: string,
  said: string,
  sizeBytes: number,
  head: Uint8Array | undefined,
): string {
  if (sizeBytes === 0 && isMediaMime(type)) throw noBytes(label, type)
  const kept = trueType(type, said, head)
  if (kept !== undefined) return kept
  throw new ProviderError(
    'bug',
    `Output "${label}" must be ${type}, but the provider returned a page or a message (${said}).`,
  )
}

const noBytes = (label: string, type: string) =>
  new ProviderError('bug', `Output "${label}" must be ${type}, but it has 0 bytes.`)

function wrong(label: string, expected: string, value: unknown): never {
  throw new ProviderError(
    'bug',
    `Output "${label}" must be ${expected}, but the provider returned ${kindOf(value)}.`,
  )
}

/** Names a value's kind without quoting it: it may be large, or private. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value instanceof Uint8Array) return 'bare bytes'
  if (typeof value === 'number') return `the number ${value}`
  if (typeof value === 'boolean') return `${value}`
  if (typeof value !== 'object') return `a ${typeof value}`
  const keys = Object.keys(value)
  const shown = keys.slice(0, 5).join(', ') + (keys.length > 5 ? ', …' : '')
  return keys.length === 0 ? 'an empty object' : `an object with ${shown}`
}
