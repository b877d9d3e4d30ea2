import { type JsonValue, valueAt } from '../../model/json.js'

/** A list that is a part of a value; undefined when there is none. */
export function listIn(
  value: JsonValue | undefined,
  path: readonly (string | number)[],
): readonly JsonValue[] | undefined {
  const list = value === undefined ? undefined : valueAt(value, path)
  return Array.isArray(list) ? list : undefined
}
