import { canonicalJson, type JsonValue } from '../../model/json.js'
import { sha256 } from '../../model/sha256.js'

/**
 * Content hash of an input value with its kind in front (`t` text, `j` JSON, `b` bytes, `l` list, `o`
 * object, `-` absent), so that the text "5" and the number 5 differ, and the same value has the same hash
 * wherever it comes from.
 */
export type ContentHash = string

export const ABSENT: ContentHash = '-'

export type ContentKind = 't' | 'j' | 'b'

const remembered = new WeakMap<object, ContentHash>()

export function contentHash(value: JsonValue): ContentHash {
  if (typeof value === 'string') return `t${sha256(value)}`
  if (typeof value !== 'object' || value === null) return `j${sha256(JSON.stringify(value))}`
  const known = remembered.get(value)
  if (known) return known
  const hash = `j${sha256(canonicalJson(value))}`
  remembered.set(value, hash)
  return hash
}

export function listHash(items: readonly ContentHash[]): ContentHash {
  return `l${sha256(items.join('\n'))}`
}

export function objectHash(entries: readonly (readonly [string, ContentHash])[]): ContentHash {
  return `o${sha256(entries.map(([name, hash]) => `${JSON.stringify(name)}:${hash}`).join('\n'))}`
}

/** Eight hex digits: enough to say which input changed, never used to decide whether one did. */
export function digestOf(hash: ContentHash): string {
  return hash === ABSENT ? 'absent' : hash.slice(1, 9)
}

/** The digest that stands for provider, model, version, config and output types. */
export const SETTINGS_DIGEST = '(settings)'
/** The digest that stands for the provider's code, where something is known of it. */
export const CODE_DIGEST = '(code)'

/** The digests of a job's inputs, by name. @param text as in `JobSucceeded.inputs` */
export function parseDigests(text: unknown): Map<string, string> {
  // A foreign log may hold anything here.
  if (typeof text !== 'string') return new Map()
  return new Map(
    text.split(' ').map(entry => {
      const colon = entry.lastIndexOf(':')
      return [decodeURIComponent(entry.slice(0, colon)), entry.slice(colon + 1)]
    }),
  )
}
