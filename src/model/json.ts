/** Anything that JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }
/** A mapping of JSON. */
export type JsonObject = { [key: string]: JsonValue }

/** Keys of objects and positions in lists: `${row.images[0].url}` goes `images`, 0, `url`. */
export type JsonPath = readonly (string | number)[]

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * JSON with object keys in code-unit order and no white space (the ordering rule of RFC 8785), so that
 * equal values have equal bytes and therefore equal hashes.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const entries = Object.keys(value)
    .sort()
    .map(key => `${JSON.stringify(key)}:${canonicalJson(value[key]!)}`)
  return `{${entries.join(',')}}`
}

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
