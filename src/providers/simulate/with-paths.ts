import { isJsonObject, type JsonValue } from '../../model/json.js'

/** The value with something at each path, so that whoever reads a part of it finds one. */
export function withPaths(
  value: JsonValue,
  paths: readonly (readonly (string | number)[])[],
  leaf: () => JsonValue,
): JsonValue {
  return paths.reduce((whole, path) => withPath(whole, path, leaf), value)
}

function withPath(
  value: JsonValue | undefined,
  path: readonly (string | number)[],
  leaf: () => JsonValue,
): JsonValue {
  const [step, ...rest] = path
  if (step === undefined) return value ?? leaf()
  if (typeof step === 'number') {
    const list = Array.isArray(value) ? [...value] : []
    while (list.length < step) list.push(leaf())
    list[step] = withPath(list[step], rest, leaf)
    return list
  }
  const object = isJsonObject(value) ? value : {}
  return { ...object, [step]: withPath(object[step], rest, leaf) }
}
