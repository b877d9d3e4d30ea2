import type { JsonValue } from '../json.js'
import type { JsonPath } from './json-path.js'

/** Follows a path into a JSON value; `undefined` where it leads nowhere. */
export function valueAt(value: JsonValue | undefined, path: JsonPath): JsonValue | undefined {
  let current: JsonValue | undefined = value
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined
    if (Array.isArray(current)) current = typeof step === 'number' ? current[step] : undefined
    else current = Object.hasOwn(current, step) ? current[step] : undefined
  }
  return current
}
