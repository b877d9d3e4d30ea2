import type { JsonObject, JsonValue } from '../json.js'

/** Says where a secret is, so that it need not be written down: `{ $env: NAME }` or `{ $file: path }`. */
export interface SecretReference {
  readonly from: 'env' | 'file'
  readonly name: string
}

/** The reference that this object is, if it is one. */
export function secretReference(value: JsonObject): SecretReference | undefined {
  const keys = Object.keys(value)
  if (keys.length !== 1) return undefined
  const name = value[keys[0]!]
  if (typeof name !== 'string' || name === '') return undefined
  if (keys[0] === '$env') return { from: 'env', name }
  return keys[0] === '$file' ? { from: 'file', name } : undefined
}

const SECRET = '(secret)'

/** The config as it decides about results: another key, or another place to keep it, changes nothing that is made. */
export function withoutSecrets(config: JsonObject): JsonObject {
  const without = (value: JsonValue): JsonValue => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(without)
    const object = value as JsonObject
    if (secretReference(object) !== undefined) return SECRET
    return Object.fromEntries(Object.entries(object).map(([key, child]) => [key, without(child!)]))
  }
  return without(config) as JsonObject
}
