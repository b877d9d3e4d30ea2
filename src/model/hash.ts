import { canonicalJson, type JsonValue } from './json.js'
import { sha256 } from './sha256.js'

/**
 * Content hash of an artifact's value: SHA-256 of the UTF-8 text for strings, of the canonical JSON for
 * everything else. Equal to the hash of the blob that holds the same value.
 */
export function valueHash(value: JsonValue): string {
  return sha256(typeof value === 'string' ? value : canonicalJson(value))
}

/** The exact bytes a value has when it is stored as a blob. */
export function valueText(value: JsonValue): string {
  return typeof value === 'string' ? value : canonicalJson(value)
}
